package org.keyhaven.server.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * When objects are to be looked at: an object that was changed, at once; any other when whoever looked last said so, and
 * at least once in {@link #LONGEST}. Times here are hints that no MAC covers: an edited one makes a look come early, or a
 * day late. Thread-safe.
 */
public final class Agenda {
  /** The longest time between two looks at an object. */
  public static final Duration LONGEST = Duration.ofDays(1);

  private final Database database;

  public Agenda(Database database) {
    this.database = database;
  }

  /** An object to be looked at. */
  public record Entry(String vaultId, Collection collection, String name) { }

  /** The objects of a vault whose time has come, the longest waiting first. */
  public List<Entry> due(Partition partition, Instant now, int limit) {
    return database.read(handle -> handle
        // Nobody postpones by so much: such a hint was edited, or the clock was wrong.
        .createQuery("""
            SELECT collection, name FROM object WHERE vault_id = :vault AND (due <= :now OR due > :never)
            ORDER BY due LIMIT :limit""")
        .bind("vault", partition.id()).bind("now", now.getEpochSecond())
        .bind("never", now.plus(LONGEST.multipliedBy(2)).getEpochSecond()).bind("limit", limit)
        .map((row, context) -> new Entry(partition.id(), Collection.fromWire(row.getString("collection")),
            row.getString("name")))
        .list());
  }

  /** Says when to look next: in a second at the earliest, and in {@link #LONGEST} at the latest. */
  public static void postpone(Handle handle, Entry entry, Instant now, Instant next) {
    Instant earliest = now.plusSeconds(1);
    Instant latest = now.plus(LONGEST);
    postpone(handle, entry, next.isBefore(earliest) ? earliest : next.isAfter(latest) ? latest : next);
  }

  static void postpone(Handle handle, Entry entry, Instant due) {
    handle.createUpdate("UPDATE object SET due = :due WHERE vault_id = :vault AND collection = :collection AND name = :name")
        .bind("due", due.getEpochSecond()).bind("vault", entry.vaultId()).bind("collection", entry.collection().wireName())
        .bind("name", entry.name())
        .execute();
  }
}
