package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.util.Arrays;
import java.util.Optional;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * Encryption and decryption with a key in the token. Lengths are checked beforehand ({@link CipherRules}).
 *
 * <p>RSA ciphertexts are decrypted raw (CKM_RSA_X_509) and unpadded here ({@link RsaPadding}) where the module has raw RSA:
 * then no failure differs from another. A module without it unpads by itself, and what it lets be seen is its own.
 */
record TokenCipher(Capabilities capabilities) {
  private static final byte[] NO_AAD = {};

  /** The right that the key's object needs. */
  static KeyUse use(EncryptionAlgorithm algorithm) {
    return switch (algorithm.scheme()) {
      case RSA_PKCS1, RSA_OAEP -> KeyUse.DECRYPT;
      case AES_GCM, AES_CBC, AES_CBC_PAD, AES_KW, AES_KWP -> KeyUse.CIPHER;
    };
  }

  Ciphertext encrypt(PKCS11 api, long session, long key, EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv,
      byte[] aad) throws PKCS11Exception {
    return switch (algorithm.scheme()) {
      case AES_GCM -> {
        byte[] newIv = AesGcm.randomIv();
        byte[] encrypted = gcmEncrypt(api, session, key, newIv, aad, plaintext);
        yield new Ciphertext(Arrays.copyOf(encrypted, plaintext.length), newIv,
            Arrays.copyOfRange(encrypted, plaintext.length, encrypted.length));
      }
      case AES_CBC, AES_CBC_PAD -> {
        api.C_EncryptInit(session, Mechanisms.cbc(algorithm, iv), key, true);
        yield new Ciphertext(api.C_Encrypt(session, plaintext), iv, null);
      }
      case AES_KW, AES_KWP -> Ciphertext.of(new TokenAes(api, session, key).wrap(algorithm.scheme(), plaintext));
      case RSA_PKCS1, RSA_OAEP -> throw new IllegalArgumentException("public keys encrypt elsewhere: " + algorithm);
    };
  }

  /** @return empty when the ciphertext is not one of this key */
  Optional<byte[]> decrypt(PKCS11 api, long session, long key, KeySpec spec, EncryptionAlgorithm algorithm,
      Ciphertext ciphertext, byte[] aad) throws PKCS11Exception {
    return switch (algorithm.scheme()) {
      case AES_GCM -> gcmDecrypt(api, session, key, ciphertext.iv(), aad,
          TransferBlob.join(ciphertext.value(), ciphertext.tag()));
      case AES_CBC, AES_CBC_PAD -> {
        api.C_DecryptInit(session, Mechanisms.cbc(algorithm, ciphertext.iv()), key, true);
        yield finish(api, session, ciphertext.value());
      }
      case AES_KW, AES_KWP -> new TokenAes(api, session, key).unwrap(algorithm.scheme(), ciphertext.value());
      case RSA_PKCS1, RSA_OAEP -> rsa(api, session, key, ((KeySpec.Rsa) spec).bits() / 8, algorithm, ciphertext.value());
    };
  }

  /** @return with the tag behind */
  byte[] gcmEncrypt(PKCS11 api, long session, long key, byte[] iv, byte[] aad, byte[] plaintext) throws PKCS11Exception {
    if (!capabilities.gcm()) {
      return new TokenAes(api, session, key).gcm(true, iv, aad, plaintext).orElseThrow();
    }
    api.C_EncryptInit(session, Mechanisms.gcm(iv, aad == null ? NO_AAD : aad), key, true);
    return api.C_Encrypt(session, plaintext);
  }

  /**
   * @param encrypted with the tag behind
   * @return empty when the tag is wrong
   */
  Optional<byte[]> gcmDecrypt(PKCS11 api, long session, long key, byte[] iv, byte[] aad, byte[] encrypted)
      throws PKCS11Exception {
    if (!capabilities.gcm()) {
      return new TokenAes(api, session, key).gcm(false, iv, aad, encrypted);
    }
    api.C_DecryptInit(session, Mechanisms.gcm(iv, aad == null ? NO_AAD : aad), key, true);
    return finish(api, session, encrypted);
  }

  private Optional<byte[]> rsa(PKCS11 api, long session, long key, int modulusBytes, EncryptionAlgorithm algorithm,
      byte[] ciphertext) throws PKCS11Exception {
    if (ciphertext.length != modulusBytes) {
      return Optional.empty();
    }
    if (!capabilities.rawRsa()) {
      api.C_DecryptInit(session, Mechanisms.rsaDecryption(algorithm), key, true);
      return finish(api, session, ciphertext);
    }
    api.C_DecryptInit(session, Mechanisms.plain(PKCS11Constants.CKM_RSA_X_509), key, true);
    return finish(api, session, ciphertext).flatMap(decrypted -> {
      // Some modules leave out leading zeros.
      byte[] encoded = new byte[modulusBytes];
      System.arraycopy(decrypted, 0, encoded, modulusBytes - decrypted.length, decrypted.length);
      Arrays.fill(decrypted, (byte) 0);
      return algorithm.scheme() == EncryptionAlgorithm.Scheme.RSA_PKCS1 ? RsaPadding.pkcs1(encoded)
          : RsaPadding.oaep(encoded, algorithm.oaepDigest());
    });
  }

  private static Optional<byte[]> finish(PKCS11 api, long session, byte[] ciphertext) throws PKCS11Exception {
    try {
      return Optional.of(api.C_Decrypt(session, ciphertext));
    } catch (PKCS11Exception e) {
      if (Ckr.dataRefused(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
