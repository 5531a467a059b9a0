package org.keyhaven.provider;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.keyhaven.client.DecryptParameters;
import org.keyhaven.client.EncryptParameters;
import org.keyhaven.client.EncryptResult;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.EncryptionAlgorithm.Scheme;

/** A symmetric key as the provider sees it, with the JDK in the place of the vault; counts what it is asked. */
final class LocalCipher implements RemoteCipher {
  private final SecretKey key;
  private int calls;

  LocalCipher(SecretKey key) {
    this.key = key;
  }

  VaultSecretKey remote() {
    return new VaultSecretKey(LocalKeys.ID, "AES", 8 * key.getEncoded().length, null, this);
  }

  int calls() {
    return calls;
  }

  @Override
  public EncryptResult encrypt(EncryptParameters asked) {
    byte[] iv = asked.iv() == null ? new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, (byte) calls} : asked.iv();
    byte[] sealed = done(Cipher.ENCRYPT_MODE, asked.algorithm().scheme(), asked.plaintext(), iv, asked.aad());
    int end = asked.algorithm().scheme() == Scheme.AES_GCM ? sealed.length - 16 : sealed.length;
    return new EncryptResult(LocalKeys.ID, asked.algorithm(), Arrays.copyOf(sealed, end), iv,
        Arrays.copyOfRange(sealed, end, sealed.length), asked.aad());
  }

  @Override
  public byte[] decrypt(DecryptParameters asked) {
    byte[] tag = asked.tag() == null ? new byte[0] : asked.tag();
    byte[] sealed = Arrays.copyOf(asked.ciphertext(), asked.ciphertext().length + tag.length);
    System.arraycopy(tag, 0, sealed, asked.ciphertext().length, tag.length);
    return done(Cipher.DECRYPT_MODE, asked.algorithm().scheme(), sealed, asked.iv(), asked.aad());
  }

  @Override
  public byte[] wrapKey(EncryptionAlgorithm algorithm, byte[] octets) {
    return done(Cipher.ENCRYPT_MODE, algorithm.scheme(), octets, null, null);
  }

  @Override
  public byte[] unwrapKey(EncryptionAlgorithm algorithm, byte[] wrapped) {
    return done(Cipher.DECRYPT_MODE, algorithm.scheme(), wrapped, null, null);
  }

  private byte[] done(int mode, Scheme scheme, byte[] input, byte[] iv, byte[] aad) {
    calls++;
    try {
      Cipher cipher = Cipher.getInstance(switch (scheme) {
        case AES_GCM -> "AES/GCM/NoPadding";
        case AES_CBC -> "AES/CBC/NoPadding";
        case AES_CBC_PAD -> "AES/CBC/PKCS5Padding";
        case AES_KW -> "AES/KW/NoPadding";
        case AES_KWP -> "AES/KWP/NoPadding";
        case RSA_PKCS1, RSA_OAEP -> throw new AssertionError(scheme);
      }, "SunJCE");
      cipher.init(mode, key, iv == null ? null : scheme == Scheme.AES_GCM ? new GCMParameterSpec(128, iv)
          : new IvParameterSpec(iv));
      if (aad != null) {
        cipher.updateAAD(aad);
      }
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
