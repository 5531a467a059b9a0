package org.keyhaven.client.envelope;

import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.WrapResult;
import org.keyhaven.client.wire.ObjectId;

/**
 * A key of a vault. Without version, each data key is wrapped by the version that is the latest then.
 *
 * @param key with version or without
 * @param wrapping for new data keys
 */
record VaultKeyWrapper(KeyhavenClient client, ObjectId key, Wrapping wrapping) implements KeyWrapper {

  @Override
  public WrappedKey wrap(byte[] dataKey) {
    WrapResult result = client.cryptography(key).wrapKey(wrapping.algorithm(), dataKey);
    return new WrappedKey(result.keyId(), wrapping, result.encryptedKey());
  }

  @Override
  public byte[] unwrap(WrappedKey wrapped) {
    try {
      return client.cryptography(wrapped.kid()).unwrapKey(wrapped.wrapping().algorithm(), wrapped.value()).key();
    } catch (VaultException e) {
      // Not 404: a deleted key may come back, and its messages with it.
      if (e.status() == 400) {
        throw new RefusedKeyException("the key " + wrapped.kid() + " did not wrap the message's data key, or not so: "
            + e.getMessage(), e);
      }
      throw e;
    }
  }
}
