package org.keyhaven.server.vaults;

import java.util.Optional;
import org.keyhaven.server.StartupException;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.Sealer;

/** Where a vault's keys come from: an HSM, or the master-key file of a server without one. */
public interface VaultEngines {

  /** Makes the master key of a vault that is being made; what follows finds it. Safe to repeat after a crash. */
  void prepare(String vaultId) throws StartupException;

  /** Seals the vault's data key, under a master key that must exist. */
  Sealer sealer(String vaultId) throws StartupException;

  /** @param key 32 bytes, derived from the vault's data key: seals software keys */
  KeyEngine software(String vaultId, byte[] key);

  /** The vault's HSM engine; empty when there is no HSM. */
  Optional<KeyEngine> hsm(String vaultId) throws StartupException;
}
