package org.keyhaven.client;

import java.util.Objects;
import org.keyhaven.client.wire.EncryptionAlgorithm;

/**
 * What to decrypt, and how. Arrays are not copied.
 *
 * @param iv 16 bytes for AES-CBC, 12 for AES-GCM; otherwise null
 * @param tag 16 bytes for AES-GCM; otherwise null
 * @param aad as when it was encrypted; for AES-GCM alone, null for none
 */
public record DecryptParameters(EncryptionAlgorithm algorithm, byte[] ciphertext, byte[] iv, byte[] tag, byte[] aad) {

  public DecryptParameters {
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(ciphertext, "ciphertext");
  }

  /** Without IV, tag or additional data. */
  public static DecryptParameters of(EncryptionAlgorithm algorithm, byte[] ciphertext) {
    return new DecryptParameters(algorithm, ciphertext, null, null, null);
  }

  @Override
  public String toString() {
    return ciphertext.length + " bytes to decrypt with " + algorithm;
  }
}
