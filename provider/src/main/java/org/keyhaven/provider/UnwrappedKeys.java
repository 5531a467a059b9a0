package org.keyhaven.provider;

import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** Keys from what was unwrapped: octets, PKCS#8 or X.509, as {@link Cipher#unwrap} has it. */
final class UnwrappedKeys {
  private UnwrappedKeys() { }

  /**
   * @param type of {@code Cipher.SECRET_KEY} and its kin
   * @throws InvalidKeyException when it is no such key
   */
  static Key of(byte[] encoded, String algorithm, int type) throws InvalidKeyException, NoSuchAlgorithmException {
    try {
      return switch (type) {
        case Cipher.SECRET_KEY -> new SecretKeySpec(encoded, algorithm);
        case Cipher.PRIVATE_KEY -> KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        case Cipher.PUBLIC_KEY -> KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
        default -> throw new InvalidKeyException("neither a secret nor a private nor a public key was asked for: " + type);
      };
    } catch (InvalidKeySpecException | IllegalArgumentException e) {
      throw new InvalidKeyException("what was unwrapped is no " + algorithm + " key", e);
    }
  }
}
