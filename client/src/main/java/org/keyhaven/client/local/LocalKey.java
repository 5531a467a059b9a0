package org.keyhaven.client.local;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.EnumSet;
import java.util.Set;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * A key in this process: a public half, or all of it. Immutable and thread-safe. It never prints itself.
 *
 * <p>Algorithm and key must fit, and the operation be among {@link #operations}. Input that the algorithm does not take is an
 * {@link java.security.InvalidAlgorithmParameterException} whose message is for the user. A ciphertext that does not open is a
 * {@link javax.crypto.BadPaddingException} or {@link javax.crypto.IllegalBlockSizeException}, which nobody outside should be
 * able to tell apart.
 */
public sealed interface LocalKey permits RsaKey, EcKey, OctKey {

  /** What this JVM can do with what there is of the key; key_ops is another matter. */
  Set<KeyOperation> operations();

  /** The length in bits: of the modulus, of the curve's field, or of the octets. */
  int bits();

  /**
   * @param digest as long as the algorithm's hash; any bytes for RSNULL and HMAC
   * @return as the service gives it: r||s for ECDSA
   */
  byte[] sign(SignatureAlgorithm algorithm, byte[] digest) throws GeneralSecurityException;

  /**
   * @param digest as for {@link #sign}
   * @param signature of any length and content
   */
  boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) throws GeneralSecurityException;

  /**
   * Encrypts, or wraps.
   *
   * @param iv for CBC; null otherwise, as GCM makes its own
   * @param aad for GCM; null for none
   */
  Ciphertext encrypt(EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv, byte[] aad) throws GeneralSecurityException;

  /** Decrypts, or unwraps. */
  byte[] decrypt(EncryptionAlgorithm algorithm, Ciphertext ciphertext, byte[] aad) throws GeneralSecurityException;

  /**
   * A public half.
   *
   * @throws InvalidKeyException when it is none: a symmetric key, a point off its curve, an even modulus
   */
  static LocalKey of(JsonWebKey key) throws GeneralSecurityException {
    if (key.kty() == null) {
      throw new InvalidKeyException("a key without type");
    }
    return switch (key.kty().family()) {
      case RSA -> RsaKey.ofPublic(key.n(), key.e());
      case EC -> EcKey.ofPublic(key.crv(), key.x(), key.y());
      case OCT -> throw new InvalidKeyException("a key of type " + key.kty() + ", which has no public half");
    };
  }

  /**
   * A whole key, or a public half where there is no more of it.
   *
   * @throws InvalidKeyException when it is none, or its halves do not belong together
   */
  static LocalKey of(PrivateJsonWebKey key) throws GeneralSecurityException {
    if (key.kty() == null) {
      throw new InvalidKeyException("a key without type");
    }
    return switch (key.kty().family()) {
      case RSA -> RsaKey.of(key);
      case EC -> EcKey.of(key);
      case OCT -> new OctKey(key.k());
    };
  }

  /** What a whole key can do. */
  static Set<KeyOperation> everything() {
    return EnumSet.of(KeyOperation.ENCRYPT, KeyOperation.DECRYPT, KeyOperation.SIGN, KeyOperation.VERIFY, KeyOperation.WRAP_KEY,
        KeyOperation.UNWRAP_KEY);
  }

  /** The failure where a key is asked for what its kind cannot do. */
  static IllegalArgumentException misfit(Object algorithm, KeyType.Family family) {
    return new IllegalArgumentException(algorithm + " is not for " + family);
  }
}
