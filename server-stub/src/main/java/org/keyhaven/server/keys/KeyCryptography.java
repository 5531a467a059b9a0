package org.keyhaven.server.keys;

import java.net.URI;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyOperationParameters;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.Keys.KeySignParameters;
import org.keyhaven.client.wire.Keys.KeyVerifyParameters;
import org.keyhaven.client.wire.Keys.KeyVerifyResult;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.hsm.Ciphertext;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.vaults.Vault;

/** The use of keys. What a public key can do is done here, the rest by the key's engine. Thread-safe. */
final class KeyCryptography {
  /** What PKCS#1 v1.5 padding takes of a modulus (RFC 8017, section 9.2). */
  private static final int PKCS1_OVERHEAD = 11;

  private final KeyAccess access;

  KeyCryptography(KeyAccess access) {
    this.access = access;
  }

  KeyOperationResult sign(Vault vault, URI base, String name, String version, KeySignParameters parameters) {
    KeyAccess.Usable usable = access.find(vault, name, version, KeyOperation.SIGN);
    KeyContent key = usable.key();
    requireFit(key, parameters.alg());
    requireDigest(key, parameters.alg(), parameters.value(), "value");
    KeyEngine engine = signing(vault, key, parameters.alg());
    return KeyOperationResult.of(kid(base, usable), engine.sign(key.sealed(), parameters.alg(), parameters.value()));
  }

  KeyVerifyResult verify(Vault vault, String name, String version, KeyVerifyParameters parameters) {
    KeyContent key = access.find(vault, name, version, KeyOperation.VERIFY).key();
    requireFit(key, parameters.alg());
    requireDigest(key, parameters.alg(), parameters.digest(), "digest");
    byte[] signature = required(parameters.value(), "value");
    boolean valid = parameters.alg().scheme() == SignatureAlgorithm.Scheme.HMAC
        ? signing(vault, key, parameters.alg()).verifyMac(key.sealed(), parameters.alg(), parameters.digest(), signature)
        : Verification.verify(key.publicKey(), parameters.alg(), parameters.digest(), signature);
    return new KeyVerifyResult(valid);
  }

  /** @param operation {@code ENCRYPT}, {@code WRAP_KEY} or {@code SECURE_WRAP_KEY} */
  KeyOperationResult encrypt(Vault vault, URI base, String name, String version, KeyOperation operation,
      KeyOperationParameters parameters) {
    KeyAccess.Usable usable = access.find(vault, name, version, operation);
    KeyContent key = usable.key();
    requireFit(key, parameters.alg(), operation);
    byte[] value = required(parameters.value(), "value");
    if (key.kty().family() == KeyType.Family.RSA) {
      return KeyOperationResult.of(kid(base, usable),
          PublicEncryption.encrypt(key.publicKey(), parameters.alg(), value, parameters.aad()));
    }
    Ciphertext ciphertext = encrypting(vault, key, parameters.alg())
        .encrypt(key.sealed(), parameters.alg(), value, parameters.iv(), parameters.aad());
    return new KeyOperationResult(kid(base, usable), ciphertext.value(), ciphertext.iv(), ciphertext.tag(),
        parameters.aad());
  }

  /** @param operation {@code DECRYPT}, {@code UNWRAP_KEY} or {@code SECURE_UNWRAP_KEY} */
  KeyOperationResult decrypt(Vault vault, URI base, String name, String version, KeyOperation operation,
      KeyOperationParameters parameters) {
    KeyAccess.Usable usable = access.find(vault, name, version, operation);
    KeyContent key = usable.key();
    requireFit(key, parameters.alg(), operation);
    Ciphertext ciphertext = new Ciphertext(required(parameters.value(), "value"), parameters.iv(), parameters.tag());
    return KeyOperationResult.of(kid(base, usable), encrypting(vault, key, parameters.alg())
        .decrypt(key.sealed(), parameters.alg(), ciphertext, parameters.aad()));
  }

  private static ObjectId kid(URI base, KeyAccess.Usable usable) {
    return KeyBodies.kid(base, usable.found(), usable.found().version().version());
  }

  private static KeyEngine signing(Vault vault, KeyContent key, SignatureAlgorithm algorithm) {
    KeyEngine engine = KeyEngines.of(vault, key);
    if (!engine.supports(key.sealed().spec(), algorithm)) {
      throw unsupported(algorithm.wireName());
    }
    return engine;
  }

  private static KeyEngine encrypting(Vault vault, KeyContent key, EncryptionAlgorithm algorithm) {
    KeyEngine engine = KeyEngines.of(vault, key);
    if (!engine.supports(algorithm)) {
      throw unsupported(algorithm.wireName());
    }
    return engine;
  }

  private static ApiError unsupported(String algorithm) {
    return ApiError.badParameter("The algorithm " + algorithm + " is one that this vault's HSM cannot do with such a key.");
  }

  private static void requireFit(KeyContent key, SignatureAlgorithm algorithm) {
    requireAlgorithm(algorithm);
    if (!algorithm.fits(key.kty().family(), key.crv())) {
      throw misfit(key, algorithm.wireName());
    }
  }

  private static void requireFit(KeyContent key, EncryptionAlgorithm algorithm, KeyOperation operation) {
    requireAlgorithm(algorithm);
    boolean encrypts = operation == KeyOperation.ENCRYPT || operation == KeyOperation.DECRYPT;
    if (encrypts ? !algorithm.encrypts() : !algorithm.wraps()) {
      throw ApiError.badParameter("The algorithm " + algorithm + " is not one of the operation " + operation + ".");
    }
    if (!algorithm.fits(key.kty().family(), key.length())) {
      throw misfit(key, algorithm.wireName());
    }
  }

  private static void requireAlgorithm(Object algorithm) {
    if (algorithm == null) {
      throw ApiError.badParameter("Property 'alg' is required.");
    }
  }

  private static ApiError misfit(KeyContent key, String algorithm) {
    return ApiError.badParameter("Key and algorithm do not fit: the key is of type " + key.kty()
        + (key.crv() == null ? " with " + key.length() + " bits" : " on the curve " + key.crv()) + ", the algorithm is "
        + algorithm + ".");
  }

  private static void requireDigest(KeyContent key, SignatureAlgorithm algorithm, byte[] digest, String property) {
    required(digest, property);
    if (algorithm.hash() == null) {
      int most = key.n().length - PKCS1_OVERHEAD;
      if (digest.length == 0 || digest.length > most) {
        throw ApiError.badParameter("Property '" + property + "' has " + digest.length + " bytes; " + algorithm
            + " takes 1 to " + most + " with this key.");
      }
    } else if (algorithm.scheme() != SignatureAlgorithm.Scheme.HMAC && digest.length != algorithm.hash().bytes()) {
      throw ApiError.badParameter("Property '" + property + "' has " + digest.length + " bytes; " + algorithm + " takes "
          + algorithm.hash().bytes() + ".");
    }
  }

  private static byte[] required(byte[] value, String property) {
    if (value == null) {
      throw ApiError.badParameter("Property '" + property + "' is required.");
    }
    return value;
  }
}
