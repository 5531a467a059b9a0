package org.keyhaven.client;

import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.ObjectId;

/**
 * An unwrapped key. It never prints itself; the array is the caller's, to overwrite after use.
 *
 * @param keyId the key that unwrapped, with its version; null for a key without identifier
 */
public record UnwrapResult(ObjectId keyId, EncryptionAlgorithm algorithm, byte[] key) {
  @Override
  public String toString() {
    return "unwrapped with " + algorithm + " under " + keyId;
  }
}
