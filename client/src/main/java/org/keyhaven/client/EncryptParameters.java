package org.keyhaven.client;

import java.util.Objects;
import org.keyhaven.client.wire.EncryptionAlgorithm;

/**
 * What to encrypt, and how. Arrays are not copied. It never prints itself.
 *
 * @param iv 16 bytes for AES-CBC, never used twice with a key; null to have a random one made, and for all other algorithms:
 *     the IV of AES-GCM is made by the vault, or here for a key without one
 * @param aad authenticated along with the plaintext; for AES-GCM alone, null for none
 */
public record EncryptParameters(EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv, byte[] aad) {

  public EncryptParameters {
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(plaintext, "plaintext");
  }

  /** Without IV or additional data. */
  public static EncryptParameters of(EncryptionAlgorithm algorithm, byte[] plaintext) {
    return new EncryptParameters(algorithm, plaintext, null, null);
  }

  public EncryptParameters withIv(byte[] newIv) {
    return new EncryptParameters(algorithm, plaintext, newIv, aad);
  }

  public EncryptParameters withAad(byte[] newAad) {
    return new EncryptParameters(algorithm, plaintext, iv, newAad);
  }

  @Override
  public String toString() {
    return plaintext.length + " bytes to encrypt with " + algorithm;
  }
}
