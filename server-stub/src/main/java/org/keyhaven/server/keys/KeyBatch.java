package org.keyhaven.server.keys;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.server.store.Agenda;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.vaults.Vault;

/** Many keys with one commit: to fill a vault that no server runs on. Each is made as the API makes it. Thread-safe. */
public final class KeyBatch {
  private final KeyService service;
  private final Database database;
  private final Clock clock;

  public KeyBatch(Database database, Clock clock) {
    this.service = new KeyService(database, clock);
    this.database = database;
    this.clock = clock;
  }

  /**
   * Makes a key of each name, or a new version where there is one: all of them, or none. A server looks at new keys at once, as
   * they come; at these it looks in the course of a day, or its first hours would be full of a million looks.
   *
   * @param names valid ones
   * @throws org.keyhaven.server.ApiError as creating each would
   */
  public void create(Vault vault, List<String> names, KeyCreateParameters asked) {
    service.createAll(vault, names, asked);
    Instant now = clock.instant();
    database.<Void>write(handle -> {
      for (String name : names) {
        Agenda.postpone(handle, new Agenda.Entry(vault.partition().id(), Collection.KEYS, name), now,
            now.plusSeconds(ThreadLocalRandom.current().nextLong(Agenda.LONGEST.toSeconds())));
      }
      return null;
    });
  }
}
