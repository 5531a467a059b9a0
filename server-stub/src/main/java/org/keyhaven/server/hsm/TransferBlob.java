package org.keyhaven.server.hsm;

import java.util.Arrays;
import org.keyhaven.server.ApiError;

/**
 * What CKM_RSA_AES_KEY_WRAP makes (PKCS#11 Current Mechanisms v3.0, section 2.1.21): an AES key under an RSA key, followed by
 * the key proper under that AES key.
 *
 * @param encryptedKey as long as the modulus
 * @param wrapped RFC 5649
 */
record TransferBlob(byte[] encryptedKey, byte[] wrapped) {
  static final int EPHEMERAL_BYTES = 32;

  /** @throws ApiError 400 when the blob is too short for that, or the key no RSA key */
  static TransferBlob split(byte[] blob, KeySpec kek) {
    if (!(kek instanceof KeySpec.Rsa rsa)) {
      throw ApiError.badParameter("A key exchange key must be an RSA key.");
    }
    int modulusBytes = rsa.bits() / 8;
    int rest = blob.length - modulusBytes;
    if (rest < 2 * CipherRules.SEMIBLOCK || rest % CipherRules.SEMIBLOCK != 0) {
      throw CipherRules.untransferable();
    }
    return new TransferBlob(Arrays.copyOf(blob, modulusBytes), Arrays.copyOfRange(blob, modulusBytes, blob.length));
  }

  static byte[] join(byte[] encryptedKey, byte[] wrapped) {
    byte[] blob = Arrays.copyOf(encryptedKey, encryptedKey.length + wrapped.length);
    System.arraycopy(wrapped, 0, blob, encryptedKey.length, wrapped.length);
    return blob;
  }

  static ApiError notExportable() {
    return new ApiError(403, "Forbidden", "The key was not made exportable, and never becomes so.");
  }
}
