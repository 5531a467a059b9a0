package org.keyhaven.client;

import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.Keys.KeyOperationParameters;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** Where a key does its work: in a vault, or in this process. Thread-safe. All of it throws {@link VaultException}. */
sealed interface Cryptography permits VaultCryptography, LocalCryptography {

  /** The key, with its version as soon as that is known; null for a key that stands alone. */
  ObjectId keyId();

  JsonWebKey key();

  byte[] sign(SignatureAlgorithm algorithm, byte[] digest);

  boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature);

  /** @param operation {@code ENCRYPT} or {@code WRAP_KEY} */
  KeyOperationResult encrypt(KeyOperation operation, KeyOperationParameters parameters);

  /** @param operation {@code DECRYPT} or {@code UNWRAP_KEY} */
  KeyOperationResult decrypt(KeyOperation operation, KeyOperationParameters parameters);
}
