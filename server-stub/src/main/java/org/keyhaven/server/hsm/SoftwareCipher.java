package org.keyhaven.server.hsm;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.keyhaven.client.wire.EncryptionAlgorithm;

/** Encryption and decryption in this process. Lengths are checked beforehand ({@link CipherRules}). */
record SoftwareCipher(Jca jca) {
  private static final byte[] NO_AAD = {};

  Ciphertext encrypt(EncryptionAlgorithm algorithm, Key key, byte[] plaintext, byte[] iv, byte[] aad)
      throws GeneralSecurityException {
    return switch (algorithm.scheme()) {
      case AES_GCM -> gcm(key, plaintext, aad);
      case AES_CBC, AES_CBC_PAD -> new Ciphertext(cbc(algorithm, Cipher.ENCRYPT_MODE, key, iv).doFinal(plaintext), iv, null);
      case AES_KW -> Ciphertext.of(started("AES/KW/NoPadding", Cipher.ENCRYPT_MODE, key).doFinal(plaintext));
      case AES_KWP -> Ciphertext.of(wrap(key, plaintext));
      case RSA_PKCS1, RSA_OAEP -> throw new IllegalArgumentException("public keys encrypt elsewhere: " + algorithm);
    };
  }

  /** @return empty when the ciphertext is not one of this key */
  Optional<byte[]> decrypt(EncryptionAlgorithm algorithm, Key key, Ciphertext ciphertext, byte[] aad)
      throws GeneralSecurityException {
    return switch (algorithm.scheme()) {
      case AES_GCM -> finish(gcm(key, ciphertext, aad), TransferBlob.join(ciphertext.value(), ciphertext.tag()));
      case AES_CBC, AES_CBC_PAD ->
          finish(cbc(algorithm, Cipher.DECRYPT_MODE, key, ciphertext.iv()), ciphertext.value());
      case AES_KW -> finish(started("AES/KW/NoPadding", Cipher.DECRYPT_MODE, key), ciphertext.value());
      case AES_KWP -> unwrap(key, ciphertext.value());
      case RSA_PKCS1 -> raw((RSAPrivateKey) key, ciphertext.value()).flatMap(RsaPadding::pkcs1);
      case RSA_OAEP ->
          raw((RSAPrivateKey) key, ciphertext.value()).flatMap(encoded -> RsaPadding.oaep(encoded, algorithm.oaepDigest()));
    };
  }

  /** RFC 5649. */
  static byte[] wrap(Key key, byte[] plaintext) throws GeneralSecurityException {
    return started("AES/KWP/NoPadding", Cipher.ENCRYPT_MODE, key).doFinal(plaintext);
  }

  /** RFC 5649; empty when it was not wrapped with this key. */
  static Optional<byte[]> unwrap(Key key, byte[] wrapped) throws GeneralSecurityException {
    return finish(started("AES/KWP/NoPadding", Cipher.DECRYPT_MODE, key), wrapped);
  }

  private Ciphertext gcm(Key key, byte[] plaintext, byte[] aad) throws GeneralSecurityException {
    byte[] iv = AesGcm.randomIv();
    Cipher cipher = jca.cipher("AES/GCM/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * CipherRules.GCM_TAG, iv));
    cipher.updateAAD(aad == null ? NO_AAD : aad);
    byte[] encrypted = cipher.doFinal(plaintext);
    return new Ciphertext(Arrays.copyOf(encrypted, plaintext.length), iv,
        Arrays.copyOfRange(encrypted, plaintext.length, encrypted.length));
  }

  private Cipher gcm(Key key, Ciphertext ciphertext, byte[] aad) throws GeneralSecurityException {
    Cipher cipher = jca.cipher("AES/GCM/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * CipherRules.GCM_TAG, ciphertext.iv()));
    cipher.updateAAD(aad == null ? NO_AAD : aad);
    return cipher;
  }

  private Cipher cbc(EncryptionAlgorithm algorithm, int mode, Key key, byte[] iv) throws GeneralSecurityException {
    Cipher cipher = jca.cipher(algorithm.scheme() == EncryptionAlgorithm.Scheme.AES_CBC ? "AES/CBC/NoPadding"
        : "AES/CBC/PKCS5Padding");
    cipher.init(mode, key, new IvParameterSpec(iv));
    return cipher;
  }

  /** The JDK's own: that of other providers takes keys alone, and not octets. */
  private static Cipher started(String transformation, int mode, Key key) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(transformation, "SunJCE");
    cipher.init(mode, key);
    return cipher;
  }

  /** As long as the modulus; empty when the ciphertext is no number below the modulus, which shows on its face. */
  private Optional<byte[]> raw(RSAPrivateKey key, byte[] ciphertext) throws GeneralSecurityException {
    int length = (key.getModulus().bitLength() + 7) / 8;
    if (ciphertext.length != length || new BigInteger(1, ciphertext).compareTo(key.getModulus()) >= 0) {
      return Optional.empty();
    }
    Cipher cipher = jca.cipher("RSA/ECB/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, key);
    byte[] decrypted = cipher.doFinal(ciphertext);
    byte[] encoded = new byte[length];
    System.arraycopy(decrypted, 0, encoded, length - decrypted.length, decrypted.length);
    Arrays.fill(decrypted, (byte) 0);
    return Optional.of(encoded);
  }

  private static Optional<byte[]> finish(Cipher cipher, byte[] ciphertext) {
    try {
      return Optional.of(cipher.doFinal(ciphertext));
    } catch (BadPaddingException | IllegalBlockSizeException e) {
      // AEADBadTagException is one of these; the reason is nobody's business.
      return Optional.empty();
    }
  }
}
