package org.keyhaven.client;

import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.ObjectId;

/**
 * A plaintext. It never prints itself; the array is the caller's, to overwrite after use.
 *
 * @param keyId the key that decrypted, with its version; null for a key without identifier
 */
public record DecryptResult(ObjectId keyId, EncryptionAlgorithm algorithm, byte[] plaintext) {
  @Override
  public String toString() {
    return "decrypted with " + algorithm + " under " + keyId;
  }
}
