package org.keyhaven.client;

import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.ObjectId;

/**
 * A wrapped key. Nothing in it is secret. The array is not copied.
 *
 * @param keyId the key that wrapped, with its version: keep it beside the wrapped key, as after a rotation
 *     {@code client.cryptography(keyId)} still unwraps it; null for a key without identifier
 */
public record WrapResult(ObjectId keyId, EncryptionAlgorithm algorithm, byte[] encryptedKey) {
  @Override
  public String toString() {
    return "wrapped with " + algorithm + " under " + keyId;
  }
}
