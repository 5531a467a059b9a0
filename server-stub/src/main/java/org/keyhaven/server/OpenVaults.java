package org.keyhaven.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.keyhaven.server.admin.DataDirectory;
import org.keyhaven.server.admin.ServerState;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.vaults.VaultDefinition;
import org.keyhaven.server.vaults.VaultRecords;
import org.keyhaven.server.vaults.Vaults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The vaults of a data directory with all they need, and nothing that listens. Thread-safe. */
final class OpenVaults implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenVaults.class);

  /** Closed last opened first. */
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private Database database;
  private Vaults vaults;

  private OpenVaults() { }

  /**
   * Opens the defined vaults, making those that do not exist yet.
   *
   * @throws StartupException when it cannot; nothing is left open
   */
  static OpenVaults open(DataDirectory directory, ServerState state, ServerOptions.Keys keys,
      List<VaultDefinition> definitions) {
    OpenVaults opened = new OpenVaults();
    try {
      opened.openAll(directory, state, keys, definitions);
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  Database database() {
    return database;
  }

  Vaults vaults() {
    return vaults;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        // The others must be closed all the same.
        LOG.warn("A part of the storage did not close: {}", e.toString());
      }
    }
  }

  private void openAll(DataDirectory directory, ServerState state, ServerOptions.Keys keys,
      List<VaultDefinition> definitions) {
    database = opened(Database.open(directory.file("keyhaven.db")));
    KeyKeeper keeper = opened(KeyKeeper.open(keys, directory, state));
    state.requireVaults(directory, VaultRecords.names(database));
    vaults = opened(Vaults.open(database, definitions, keeper));
    // Read again: the engine is remembered in it by now.
    ServerState.open(directory).withVaults(directory, VaultRecords.names(database));
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }
}
