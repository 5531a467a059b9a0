package org.keyhaven.client.envelope;

/** What the vault does here. Thread-safe, and bounded in time. Both throw {@link org.keyhaven.client.VaultException}. */
interface KeyWrapper {

  /** Wraps a data key under the current version of the configured key. */
  WrappedKey wrap(byte[] dataKey);

  /**
   * The data key again, of whatever length the vault gives.
   *
   * @param wrapped by an allowed key
   * @throws RefusedKeyException when the vault was asked, and says that its key cannot unwrap this
   */
  byte[] unwrap(WrappedKey wrapped);
}
