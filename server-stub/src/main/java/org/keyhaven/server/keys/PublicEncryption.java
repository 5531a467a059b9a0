package org.keyhaven.server.keys;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.server.ApiError;

/** Encrypts, or wraps, with RSA public keys, in this process. */
final class PublicEncryption {
  /** What PKCS#1 v1.5 padding takes of a modulus (RFC 8017, section 7.2). */
  private static final int PKCS1_OVERHEAD = 11;

  private PublicEncryption() { }

  /**
   * Encrypts; key and algorithm must fit together.
   *
   * @param aad must be null: RSA authenticates nothing
   * @throws ApiError 400 when the value is empty, or longer than the key takes
   */
  static byte[] encrypt(JsonWebKey key, EncryptionAlgorithm algorithm, byte[] value, byte[] aad) {
    if (value.length == 0) {
      throw ApiError.badParameter("There is nothing to encrypt: the value is empty.");
    }
    if (aad != null) {
      throw ApiError.badParameter("The algorithm " + algorithm + " authenticates no data: give no aad.");
    }
    try {
      boolean oaep = algorithm.scheme() == EncryptionAlgorithm.Scheme.RSA_OAEP;
      Cipher cipher = Cipher.getInstance(oaep ? "RSA/NONE/OAEPPadding" : "RSA/NONE/PKCS1Padding", PublicKeys.PROVIDER);
      if (oaep) {
        String hash = algorithm.oaepDigest();
        cipher.init(Cipher.ENCRYPT_MODE, PublicKeys.of(key),
            new OAEPParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT));
      } else {
        cipher.init(Cipher.ENCRYPT_MODE, PublicKeys.of(key));
      }
      requireLength(key, algorithm, value);
      return cipher.doFinal(value);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a stored public key cannot be used with " + algorithm, e);
    }
  }

  private static void requireLength(JsonWebKey key, EncryptionAlgorithm algorithm, byte[] value)
      throws GeneralSecurityException {
    int overhead = algorithm.oaepDigest() == null ? PKCS1_OVERHEAD
        : 2 * MessageDigest.getInstance(algorithm.oaepDigest()).getDigestLength() + 2;
    int most = key.n().length - overhead;
    if (value.length > most) {
      throw ApiError.badParameter("Property 'value' has " + value.length + " bytes; " + algorithm + " takes at most " + most
          + " with this key.");
    }
  }
}
