package org.keyhaven.server.vaults;

import java.util.Optional;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.store.Partition;

/**
 * One vault, open. Thread-safe.
 *
 * @param name as in its address, unique for its kind whatever the case
 * @param partition its part of the database (whose id is the vault's), and the key that authenticates its rows
 * @param software keeps keys sealed under the vault's data key
 * @param hsm keeps {@code -HSM} keys; empty when the server runs without an HSM
 * @param family the vaults that can restore one another's backups
 */
public record Vault(String name, VaultKind kind, Partition partition, KeyEngine software, Optional<KeyEngine> hsm,
    SoftDelete softDelete, VaultFamily family) {

  /** The vault's identifier: made once, never used for another vault. */
  public String id() {
    return partition.id();
  }

  /** @throws ApiError 403 when purge protection keeps deleted objects until their date */
  public void requirePurgeable() {
    if (softDelete.purgeProtection()) {
      throw new ApiError(403, "Forbidden", "Operation \"purge\" is not allowed because purge protection is enabled for this"
          + " vault: what is deleted stays until its scheduled purge date.");
    }
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }
}
