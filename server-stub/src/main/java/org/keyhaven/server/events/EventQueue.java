package org.keyhaven.server.events;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Partition;
import org.keyhaven.server.vaults.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events: each is logged, and kept in the database until the webhook has it. It is kept by the transaction that makes
 * it happen, so that there is neither one without the other. Thread-safe.
 */
public final class EventQueue {
  private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);
  private static final String TABLE = "event";

  private final Database database;
  private final boolean kept;

  /** @param kept false when there is no webhook: the log is all */
  public EventQueue(Database database, boolean kept) {
    this.database = database;
    this.kept = kept;
  }

  /** @param attempts failed deliveries so far */
  record Queued(String id, byte[] body, int attempts, byte[] mac) { }

  public void add(Handle handle, Vault vault, VaultEvent event, Instant now) {
    LOG.info("event {}: {} ({})", event.eventType(), event.data().id(), event.id());
    if (!kept) {
      return;
    }
    byte[] body = Json.mapper().writeValueAsBytes(event);
    Partition partition = vault.partition();
    handle.createUpdate("""
            INSERT INTO event (vault_id, id, body, attempts, due, mac) VALUES (:vault, :id, :body, 0, :due, :mac)""")
        .bind("vault", partition.id()).bind("id", event.id()).bind("body", body).bind("due", now.getEpochSecond())
        .bind("mac", partition.seal().mac(TABLE, partition.id(), event.id(), body))
        .execute();
  }

  /** The events whose next attempt is due: what waits longest first, and of one second in the order in which they happened. */
  List<Queued> due(Vault vault, Instant now, int limit) {
    return database.read(handle -> handle
        .createQuery("""
            SELECT id, body, attempts, mac FROM event WHERE vault_id = :vault AND due <= :now
            ORDER BY due, number LIMIT :limit""")
        .bind("vault", vault.id()).bind("now", now.getEpochSecond()).bind("limit", limit)
        .map((row, context) -> new Queued(row.getString("id"), row.getBytes("body"), row.getInt("attempts"),
            row.getBytes("mac")))
        .list());
  }

  /** @throws org.keyhaven.server.ApiError 500 when something else than this server wrote the event */
  static void verify(Vault vault, Queued event) {
    vault.partition().seal().verify(event.mac(), TABLE, vault.id(), event.id(), event.body());
  }

  void remove(Vault vault, Queued event) {
    database.write(handle -> handle.createUpdate("DELETE FROM event WHERE vault_id = :vault AND id = :id")
        .bind("vault", vault.id()).bind("id", event.id()).execute());
  }

  void postpone(Vault vault, Queued event, Instant due) {
    database.write(handle -> handle
        .createUpdate("UPDATE event SET attempts = :attempts, due = :due WHERE vault_id = :vault AND id = :id")
        .bind("attempts", event.attempts() + 1).bind("due", due.getEpochSecond()).bind("vault", vault.id())
        .bind("id", event.id())
        .execute());
  }
}
