package org.keyhaven.client;

import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;

/** The surface of keys and cryptography in words of its own, done by one SDK or the other. */
interface Sdk extends AutoCloseable {
  Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * A key to make; what is null is left to the service.
   *
   * @param size in bits, for RSA and AES
   */
  record NewKey(String kty, Integer size, String curve, List<String> operations, Boolean enabled, Instant notBefore,
      Instant expires, Map<String, String> tags, Integer publicExponent, String exportPolicy) {

    static NewKey rsa(String kty, int size) {
      return new NewKey(kty, size, null, null, null, null, null, null, null, null);
    }

    static NewKey ec(String kty, String curve) {
      return new NewKey(kty, null, curve, null, null, null, null, null, null, null);
    }

    static NewKey oct(int size) {
      return new NewKey("oct-HSM", size, null, null, null, null, null, null, null, null);
    }
  }

  /** @param actions type in lower case, as Microsoft's client spells it, time after creation, time before expiry */
  record Rotation(String expiry, List<List<String>> actions) { }

  /** What the service refused, as it said it. */
  record Refusal(int status, String code) { }

  /** @param id of the key that did it */
  record Sealed(String id, String algorithm, String value, String iv, String tag, String aad) { }

  /** What stands before the names of its keys. */
  String prefix();

  KeyView create(String name, NewKey key);

  KeyView importPair(String name, KeyPair pair, boolean hsm);

  KeyView importSecret(String name, SecretKey key, List<String> operations);

  KeyView get(String name, String version);

  List<KeyView> list();

  List<KeyView> listVersions(String name);

  /** Sets all four. */
  KeyView update(String name, String version, boolean enabled, Instant expires, Map<String, String> tags,
      List<String> operations);

  /** Waits for its end. */
  KeyView delete(String name);

  KeyView getDeleted(String name);

  List<KeyView> listDeleted();

  /** Waits for its end. */
  KeyView recover(String name);

  void purge(String name);

  byte[] backup(String name);

  KeyView restore(byte[] backup);

  KeyView rotate(String name);

  Rotation getRotation(String name);

  Rotation setRotation(String name, Rotation policy);

  byte[] random(int count);

  KeyView attestation(String name);

  byte[] sign(String id, String algorithm, byte[] digest);

  boolean verify(String id, String algorithm, byte[] digest, byte[] signature);

  byte[] signData(String id, String algorithm, byte[] data);

  boolean verifyData(String id, String algorithm, byte[] data, byte[] signature);

  /** @param iv null for one that is made, as is aad for none */
  Sealed encrypt(String id, String algorithm, byte[] plaintext, byte[] iv, byte[] aad);

  byte[] decrypt(String id, Sealed sealed);

  Sealed wrap(String id, String algorithm, byte[] key);

  byte[] unwrap(String id, Sealed wrapped);

  /** Null when it went well. */
  Refusal refusal(Runnable call);

  @Override
  void close();
}
