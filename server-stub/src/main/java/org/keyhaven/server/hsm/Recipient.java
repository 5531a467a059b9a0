package org.keyhaven.server.hsm;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyEncryptionAlgorithm;
import org.keyhaven.server.ApiError;

/** Who an exported key is encrypted to: an RSA public key, with OAEP. */
record Recipient(PublicKey key, String oaepDigest) {
  private static final int LEAST_BITS = 2048;
  private static final int MOST_BITS = 8192;

  /** @throws ApiError 400 {@code BadParameter} when it is no RSA key of 2048 to 8192 bits */
  static Recipient of(JsonWebKey key, KeyEncryptionAlgorithm algorithm) {
    if (key.n() == null || key.e() == null) {
      throw ApiError.badParameter("The key encryption key must be an RSA public key, with 'n' and 'e'.");
    }
    BigInteger modulus = new BigInteger(1, key.n());
    if (modulus.bitLength() < LEAST_BITS || modulus.bitLength() > MOST_BITS) {
      throw ApiError.badParameter("The key encryption key must have " + LEAST_BITS + " to " + MOST_BITS + " bits, not "
          + modulus.bitLength() + ".");
    }
    try {
      PublicKey publicKey = KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(modulus, new BigInteger(1, key.e())));
      return new Recipient(publicKey, algorithm.oaepDigest());
    } catch (GeneralSecurityException e) {
      throw new ApiError(400, "BadParameter", null, "The key encryption key is no RSA public key: " + e.getMessage(), e);
    }
  }

  byte[] encrypt(byte[] secret) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(Cipher.ENCRYPT_MODE, key, new OAEPParameterSpec(oaepDigest, "MGF1", new MGF1ParameterSpec(oaepDigest),
        PSource.PSpecified.DEFAULT));
    return cipher.doFinal(secret);
  }
}
