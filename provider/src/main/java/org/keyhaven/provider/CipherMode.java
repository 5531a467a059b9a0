package org.keyhaven.provider;

import java.security.InvalidParameterException;
import javax.crypto.Cipher;

/** What a cipher was initialized for. */
enum CipherMode {
  ENCRYPT, DECRYPT, WRAP, UNWRAP;

  static CipherMode of(int opmode) {
    return switch (opmode) {
      case Cipher.ENCRYPT_MODE -> ENCRYPT;
      case Cipher.DECRYPT_MODE -> DECRYPT;
      case Cipher.WRAP_MODE -> WRAP;
      case Cipher.UNWRAP_MODE -> UNWRAP;
      default -> throw new InvalidParameterException("not a mode of a cipher: " + opmode);
    };
  }

  /** Whether it makes ciphertexts. */
  boolean forward() {
    return this == ENCRYPT || this == WRAP;
  }
}
