package org.keyhaven.server.hsm;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.keyhaven.server.ApiError;

/** AES-256-GCM with a random IV in front (NIST SP 800-38D); the context is associated data. Thread-safe. */
final class AesGcm {
  static final int KEY_BYTES = 32;
  private static final int IV_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;

  /** @param key 32 bytes; copied */
  AesGcm(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("an AES-256 key has " + KEY_BYTES + " bytes, not " + key.length);
    }
    this.key = new SecretKeySpec(key, "AES");
  }

  static byte[] randomIv() {
    byte[] iv = new byte[IV_BYTES];
    RANDOM.nextBytes(iv);
    return iv;
  }

  byte[] encrypt(byte[] plain, byte[] context) {
    byte[] iv = randomIv();
    try {
      byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, iv, context).doFinal(plain);
      return ByteBuffer.allocate(iv.length + encrypted.length).put(iv).put(encrypted).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /** @throws ApiError 500 when it was changed, or belongs to another context or key */
  byte[] decrypt(byte[] blob, byte[] context) {
    if (blob.length < IV_BYTES + TAG_BYTES) {
      throw changed(null);
    }
    byte[] iv = Arrays.copyOf(blob, IV_BYTES);
    try {
      return cipher(Cipher.DECRYPT_MODE, iv, context).doFinal(blob, IV_BYTES, blob.length - IV_BYTES);
    } catch (AEADBadTagException e) {
      throw changed(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  static ApiError changed(Throwable cause) {
    return Ckr.internal("a sealed secret does not open: it was changed, or belongs to another place or master key", cause);
  }

  private Cipher cipher(int mode, byte[] iv, byte[] context) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, iv));
    cipher.updateAAD(context);
    return cipher;
  }
}
