package org.keyhaven.provider;

import org.keyhaven.client.DecryptParameters;
import org.keyhaven.client.EncryptParameters;
import org.keyhaven.client.EncryptResult;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.EncryptionAlgorithm;

/**
 * What a key in a vault encrypts and decrypts, within the client's deadline. Each method has a permission of its own. All
 * throw {@link VaultException}, which only the caller can turn into what its SPI knows. Thread-safe.
 */
interface RemoteCipher {

  EncryptResult encrypt(EncryptParameters parameters);

  byte[] decrypt(DecryptParameters parameters);

  byte[] wrapKey(EncryptionAlgorithm algorithm, byte[] key);

  byte[] unwrapKey(EncryptionAlgorithm algorithm, byte[] wrapped);
}
