package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.util.Arrays;
import java.util.Set;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/** Seals with a key in the token: CKM_AES_GCM, with the context as associated data. */
final class Pkcs11Sealer implements Sealer {
  private static final int IV_BYTES = 12;
  /** How modules say that a GCM tag is wrong. */
  private static final Set<Long> CHANGED = Set.of(
      PKCS11Constants.CKR_ENCRYPTED_DATA_INVALID, PKCS11Constants.CKR_ENCRYPTED_DATA_LEN_RANGE,
      PKCS11Constants.CKR_AEAD_DECRYPT_FAILED, PKCS11Constants.CKR_GENERAL_ERROR, PKCS11Constants.CKR_FUNCTION_FAILED);

  private final Pkcs11Token token;
  private final String label;

  Pkcs11Sealer(Pkcs11Token token, String label) {
    this.token = token;
    this.label = label;
  }

  @Override
  public byte[] seal(byte[] secret, byte[] context) {
    byte[] iv = AesGcm.randomIv();
    return token.run("seal a secret", connection -> {
      long key = MasterKeys.find(connection, label).sealing();
      return connection.inSession((api, session) -> {
        api.C_EncryptInit(session, Mechanisms.gcm(iv, context), key, true);
        byte[] encrypted = api.C_Encrypt(session, secret);
        byte[] blob = Arrays.copyOf(iv, iv.length + encrypted.length);
        System.arraycopy(encrypted, 0, blob, iv.length, encrypted.length);
        return blob;
      });
    });
  }

  @Override
  public byte[] unseal(byte[] blob, byte[] context) {
    if (blob.length < IV_BYTES + Mechanisms.GCM_TAG_BITS / 8) {
      throw AesGcm.changed(null);
    }
    byte[] iv = Arrays.copyOf(blob, IV_BYTES);
    byte[] encrypted = Arrays.copyOfRange(blob, IV_BYTES, blob.length);
    return token.run("open a sealed secret", connection -> {
      long key = MasterKeys.find(connection, label).sealing();
      return connection.inSession((api, session) -> {
        api.C_DecryptInit(session, Mechanisms.gcm(iv, context), key, true);
        try {
          return api.C_Decrypt(session, encrypted);
        } catch (PKCS11Exception e) {
          if (CHANGED.contains(e.getErrorCode())) {
            throw AesGcm.changed(e);
          }
          throw e;
        }
      });
    });
  }
}
