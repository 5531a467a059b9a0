package org.keyhaven.server.hsm;

import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;

/** What the algorithms take, and the one thing that is said of a ciphertext that does not open. */
final class CipherRules {
  static final int BLOCK = 16;
  static final int SEMIBLOCK = 8;
  static final int GCM_IV = 12;
  static final int GCM_TAG = 16;
  /** What key wrap takes: keys, as long as RSA ones of 8192 bits in PKCS#8. Each 8 bytes cost the HSM six calls. */
  static final int MOST_WRAPPED = 8192;

  private CipherRules() { }

  /** Before encryption. */
  static void checkPlaintext(EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv, byte[] aad) {
    if (plaintext.length == 0) {
      throw ApiError.badParameter("There is nothing to encrypt: the value is empty.");
    }
    checkAad(algorithm, aad);
    switch (algorithm.scheme()) {
      case AES_GCM -> {
        if (iv != null) {
          throw ApiError.badParameter(algorithm + " makes its own iv; give none.");
        }
      }
      case AES_CBC -> {
        checkIv(algorithm, iv, BLOCK);
        checkWhole(algorithm, "value", plaintext.length, BLOCK, BLOCK);
      }
      case AES_CBC_PAD -> checkIv(algorithm, iv, BLOCK);
      case AES_KW -> {
        checkWhole(algorithm, "value", plaintext.length, SEMIBLOCK, 2 * SEMIBLOCK);
        checkMost(algorithm, plaintext.length, MOST_WRAPPED);
      }
      case AES_KWP -> checkMost(algorithm, plaintext.length, MOST_WRAPPED);
      case RSA_PKCS1, RSA_OAEP -> throw new IllegalArgumentException("public keys encrypt elsewhere: " + algorithm);
    }
  }

  /** Before decryption. For RSA there is nothing to say that {@link #undecryptable} does not say. */
  static void checkCiphertext(EncryptionAlgorithm algorithm, Ciphertext ciphertext, byte[] aad) {
    checkAad(algorithm, aad);
    int length = ciphertext.value().length;
    switch (algorithm.scheme()) {
      case AES_GCM -> {
        checkIv(algorithm, ciphertext.iv(), GCM_IV);
        if (ciphertext.tag() == null || ciphertext.tag().length != GCM_TAG) {
          throw ApiError.badParameter(algorithm + " needs a tag of " + GCM_TAG + " bytes.");
        }
        if (length == 0) {
          throw ApiError.badParameter("There is nothing to decrypt: the value is empty.");
        }
      }
      case AES_CBC, AES_CBC_PAD -> {
        checkIv(algorithm, ciphertext.iv(), BLOCK);
        checkWhole(algorithm, "value", length, BLOCK, BLOCK);
      }
      case AES_KW, AES_KWP -> {
        int least = algorithm.scheme() == EncryptionAlgorithm.Scheme.AES_KW ? 3 * SEMIBLOCK : 2 * SEMIBLOCK;
        checkWhole(algorithm, "value", length, SEMIBLOCK, least);
        checkMost(algorithm, length, MOST_WRAPPED + SEMIBLOCK);
      }
      case RSA_PKCS1, RSA_OAEP -> { }
    }
  }

  /** Before HMAC. */
  static void checkMacInput(SignatureAlgorithm algorithm, byte[] bytes) {
    if (algorithm.scheme() == SignatureAlgorithm.Scheme.HMAC && bytes.length == 0) {
      throw ApiError.badParameter("There is nothing to authenticate: the value is empty.");
    }
  }

  /** Says the same of every fault, or it would tell a stranger how his forgery fared. */
  static ApiError undecryptable(EncryptionAlgorithm algorithm) {
    return ApiError.badParameter("The value cannot be decrypted with this key and " + algorithm + ".");
  }

  /** Says the same of every fault of a key that is wrapped for transfer. */
  static ApiError untransferable() {
    return ApiError.badParameter("The wrapped key cannot be opened with this key exchange key, or holds no key of the type"
        + " that was named; it must be wrapped with CKM_RSA_AES_KEY_WRAP (RSA-OAEP with SHA-1, AES-256).");
  }

  private static void checkAad(EncryptionAlgorithm algorithm, byte[] aad) {
    if (aad != null && algorithm.scheme() != EncryptionAlgorithm.Scheme.AES_GCM) {
      throw ApiError.badParameter(algorithm + " takes no aad.");
    }
  }

  private static void checkIv(EncryptionAlgorithm algorithm, byte[] iv, int length) {
    if (iv == null || iv.length != length) {
      throw ApiError.badParameter(algorithm + " needs an iv of " + length + " bytes.");
    }
  }

  private static void checkMost(EncryptionAlgorithm algorithm, int length, int most) {
    if (length > most) {
      throw ApiError.badParameter(algorithm + " takes a value of at most " + most + " bytes, not " + length + ".");
    }
  }

  private static void checkWhole(EncryptionAlgorithm algorithm, String name, int length, int unit, int least) {
    if (length < least || length % unit != 0) {
      throw ApiError.badParameter(algorithm + " takes a " + name + " of at least " + least + " bytes, in multiples of " + unit
          + ", not " + length + ".");
    }
  }
}
