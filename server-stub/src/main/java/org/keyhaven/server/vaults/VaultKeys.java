package org.keyhaven.server.vaults;

import java.util.Optional;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.Sealer;
import org.keyhaven.server.store.RowSeal;

/**
 * What a vault keeps its objects with, all of it under the vault's own data key or HSM master key.
 *
 * @param software keeps keys sealed under the vault's data key
 * @param hsm keeps {@code -HSM} keys; empty when the server runs without an HSM
 * @param rows authenticates the vault's rows
 * @param backups seals what is backed up from the vault
 */
public record VaultKeys(KeyEngine software, Optional<KeyEngine> hsm, RowSeal rows, Sealer backups) { }
