package org.keyhaven.server.hsm;

/**
 * Encrypts small secrets (a vault's data key) under a master key that the database does not hold: in the HSM, or, where
 * there is none, in a file. Thread-safe.
 */
public interface Sealer {

  /** Encrypts and authenticates {@code secret} and binds it to {@code context}. */
  byte[] seal(byte[] secret, byte[] context);

  /** @throws org.keyhaven.server.ApiError 500 when the blob was changed, or belongs to another context or master key */
  byte[] unseal(byte[] blob, byte[] context);
}
