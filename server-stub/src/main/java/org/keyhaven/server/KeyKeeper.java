package org.keyhaven.server;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.keyhaven.server.admin.DataDirectory;
import org.keyhaven.server.admin.ServerState;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.MasterKeyFile;
import org.keyhaven.server.hsm.Pkcs11Engine;
import org.keyhaven.server.hsm.Pkcs11Options;
import org.keyhaven.server.hsm.Pkcs11Token;
import org.keyhaven.server.hsm.Sealer;
import org.keyhaven.server.hsm.SoftHsm;
import org.keyhaven.server.hsm.SoftwareEngine;
import org.keyhaven.server.vaults.VaultEngines;

/** Turns the choice of what keeps the keys into engines: one token for all vaults, a master key for each. */
final class KeyKeeper implements VaultEngines, AutoCloseable {
  private static final String SOFTWARE_ONLY = "software keys alone (--no-hsm)";
  private static final String SOFT_HSM = "SoftHSM in the data directory";
  private static final String PKCS11 = "a PKCS#11 token (--pkcs11)";

  /** Null without an HSM. */
  private final Pkcs11Token token;
  private final Path masterKeyFile;
  private final Map<String, Pkcs11Engine> engines = new HashMap<>();

  private KeyKeeper(Pkcs11Token token, Path masterKeyFile) {
    this.token = token;
    this.masterKeyFile = masterKeyFile;
  }

  /** @throws StartupException when the HSM cannot be used, or is another one than the data directory was made with */
  static KeyKeeper open(ServerOptions.Keys keys, DataDirectory directory, ServerState state) {
    // Compared before anything is opened: a wrong choice must not leave a token or key file behind.
    String label = keys instanceof ServerOptions.Keys.Pkcs11 pkcs11 ? pkcs11.options().tokenLabel() : null;
    state.requireEngine(directory, name(keys), label);
    KeyKeeper keeper = new KeyKeeper(token(keys, directory), directory.file("master.key"));
    try {
      state.withEngine(directory, name(keys), label);
      return keeper;
    } catch (RuntimeException e) {
      keeper.close();
      throw e;
    }
  }

  @Override
  public void prepare(String vaultId) {
    if (token == null) {
      MasterKeyFile.createOrOpen(masterKeyFile);
    } else {
      engines.put(vaultId, Pkcs11Engine.forNewVault(token, label(vaultId), Pkcs11Engine.DEFAULT_CACHED_KEYS));
    }
  }

  @Override
  public Sealer sealer(String vaultId) {
    return token == null ? MasterKeyFile.open(masterKeyFile) : engine(vaultId).sealer();
  }

  @Override
  public KeyEngine software(String vaultId, byte[] key) {
    return new SoftwareEngine(key);
  }

  @Override
  public Optional<KeyEngine> hsm(String vaultId) {
    return token == null ? Optional.empty() : Optional.of(engine(vaultId));
  }

  /** Closes the token; the vaults close their engines. */
  @Override
  public void close() {
    if (token != null) {
      token.close();
    }
  }

  private Pkcs11Engine engine(String vaultId) {
    return engines.computeIfAbsent(vaultId,
        id -> Pkcs11Engine.forExistingVault(token, label(id), Pkcs11Engine.DEFAULT_CACHED_KEYS));
  }

  private static String label(String vaultId) {
    return "keyhaven/" + vaultId;
  }

  private static String name(ServerOptions.Keys keys) {
    if (keys instanceof ServerOptions.Keys.SoftHsm) {
      return SOFT_HSM;
    }
    return keys instanceof ServerOptions.Keys.Pkcs11 ? PKCS11 : SOFTWARE_ONLY;
  }

  private static Pkcs11Token token(ServerOptions.Keys keys, DataDirectory directory) {
    if (keys instanceof ServerOptions.Keys.SoftHsm softHsm) {
      Pkcs11Options options = softHsm(directory);
      return softHsm.alone() ? Pkcs11Token.open(options, SoftHsm.MOST_OBJECTS) : Pkcs11Token.open(options);
    }
    return keys instanceof ServerOptions.Keys.Pkcs11 pkcs11 ? Pkcs11Token.open(pkcs11.options()) : null;
  }

  private static Pkcs11Options softHsm(DataDirectory directory) {
    Path module = SoftHsm.find().orElseThrow(() -> new StartupException("no PKCS#11 module was found: install SoftHSM 2"
        + " (apt-get install softhsm2), name a module with --pkcs11, or run with software keys alone with --no-hsm"));
    return SoftHsm.provision(module, directory.file("softhsm"));
  }
}
