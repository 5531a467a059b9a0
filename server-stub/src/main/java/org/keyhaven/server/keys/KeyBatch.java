package org.keyhaven.server.keys;

import java.time.Clock;
import java.util.List;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.vaults.Vault;

/** Many keys with one commit: to fill a vault that no server runs on. Each is made as the API makes it. Thread-safe. */
public final class KeyBatch {
  private final KeyService service;

  public KeyBatch(Database database, Clock clock) {
    this.service = new KeyService(database, clock);
  }

  /**
   * Makes a key of each name, or a new version where there is one: all of them, or none.
   *
   * @param names valid ones
   * @throws org.keyhaven.server.ApiError as creating each would
   */
  public void create(Vault vault, List<String> names, KeyCreateParameters asked) {
    service.createAll(vault, names, asked);
  }
}
