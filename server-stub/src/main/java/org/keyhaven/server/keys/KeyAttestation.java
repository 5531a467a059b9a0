package org.keyhaven.server.keys;

import org.keyhaven.server.ApiError;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.Vault;

/**
 * Proofs that a key is kept by an HSM. No engine here can give one: PKCS#11 has no call for it, and the blobs of the HSMs
 * that can are each vendor's own. Thread-safe.
 */
final class KeyAttestation {
  private final VersionedObjects keys;

  KeyAttestation(Database database) {
    this.keys = new VersionedObjects(database, Collection.KEYS);
  }

  /** Why there is none for this key. @throws ApiError 404 when there is no such key */
  ApiError refusal(Vault vault, String name, String version) {
    KeyContent key = KeyContent.read(keys.get(vault.partition(), name, version).version().content());
    return new ApiError(400, "BadParameter", "KeyAttestationNotSupported", key.kty().hsm()
        ? "The key " + name + " has no attestation: the HSM behind this vault issues none."
        : "The key " + name + " has no attestation: it is a software key, and no HSM keeps it.", null);
  }
}
