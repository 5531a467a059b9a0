package org.keyhaven.client;

import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.ObjectId;

/**
 * A ciphertext and all that its decryption takes. Nothing in it is secret. Arrays are not copied.
 *
 * @param keyId the key, with the version that encrypted: keep it beside the ciphertext, as after a rotation
 *     {@code client.cryptography(keyId)} still decrypts it; null for a key without identifier
 * @param iv null where the algorithm has none
 * @param tag authenticates the ciphertext; for AES-GCM alone
 * @param aad as it was given; null for none
 */
public record EncryptResult(ObjectId keyId, EncryptionAlgorithm algorithm, byte[] ciphertext, byte[] iv, byte[] tag,
    byte[] aad) {

  /** What decrypts it again. */
  public DecryptParameters toDecrypt() {
    return new DecryptParameters(algorithm, ciphertext, iv, tag, aad);
  }

  @Override
  public String toString() {
    return "encrypted with " + algorithm + " under " + keyId;
  }
}
