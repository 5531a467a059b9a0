package org.keyhaven.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.json.Json;
import tools.jackson.core.type.TypeReference;

/**
 * Named objects with versions, soft delete and listings: one collection, in any vault. Thread-safe.
 *
 * <p>What is read was written by this server: each row's MAC, bound to vault, collection, name and version, is checked
 * before its content is looked at ({@link RowSeal#verify}). One that is refused is left out of listings; asked for by name it is an error. Methods with a Handle take part in the caller's transaction
 * ({@link Database#write}), so that several objects change together or not at all.
 */
public final class VersionedObjects {
  private static final String OBJECT = "object";
  private static final String VERSION = "object_version";
  private static final TypeReference<TreeMap<String, String>> TAGS = new TypeReference<>() { };

  private static final String SELECT = """
      SELECT o.name, o.latest, o.deleted, o.purge, o.content AS object_content, o.mac AS object_mac,
             v.name AS version_name, v.version, v.enabled, v.nbf, v.exp, v.created, v.updated, v.tags, v.content, v.mac
      FROM object o LEFT JOIN object_version v
        ON v.vault_id = o.vault_id AND v.collection = o.collection AND v.name = o.name AND v.version = %s
      WHERE o.vault_id = :vault AND o.collection = :collection AND %s""";
  private static final String SELECT_LATEST = SELECT.formatted("o.latest", "o.name = :name");
  private static final String SELECT_VERSION = SELECT.formatted(":version", "o.name = :name");
  private static final String SELECT_LIVE =
      SELECT.formatted("o.latest", "o.deleted IS NULL AND o.name > :after ORDER BY o.name LIMIT :limit");
  private static final String SELECT_DELETED =
      SELECT.formatted("o.latest", "o.deleted IS NOT NULL AND o.name > :after ORDER BY o.name LIMIT :limit");
  private static final String SELECT_SINCE =
      SELECT.formatted("v.version", "o.name = :name AND v.created >= :since ORDER BY v.created, v.version");
  private static final String SELECT_VERSIONS = SELECT.formatted("v.version",
      "o.deleted IS NULL AND o.name = :name AND v.version > :after ORDER BY v.version LIMIT :limit");

  private final Database database;
  private final Collection collection;

  public VersionedObjects(Database database, Collection collection) {
    this.database = database;
    this.collection = collection;
  }

  /**
   * A live object.
   *
   * @param version null for the latest
   * @throws ApiError 404 when there is no such object or version, or it is deleted
   */
  public Found get(Partition partition, String name, String version) {
    return database.read(handle -> get(handle, partition, name, version));
  }

  /** As {@link #get(Partition, String, String)}, within a transaction. */
  public Found get(Handle handle, Partition partition, String name, String version) {
    return find(handle, partition, name, version).filter(found -> found.object().deletion() == null)
        .orElseThrow(() -> notFound(version == null ? name : name + "/" + version));
  }

  /**
   * A deleted object, its latest version.
   *
   * @throws ApiError 404 when there is no such object, or it lives
   */
  public Found getDeleted(Partition partition, String name) {
    return database.read(handle -> getDeleted(handle, partition, name));
  }

  /** As {@link #getDeleted(Partition, String)}, within a transaction. */
  public Found getDeleted(Handle handle, Partition partition, String name) {
    return find(handle, partition, name, null).filter(found -> found.object().deletion() != null)
        .orElseThrow(() -> new ApiError(404, collection.noun() + "NotFound",
            "There is no deleted " + collection.lowerNoun() + " named " + name + " in this vault."));
  }

  /** An object, live or deleted, with its latest version; empty when the name is free. */
  public Optional<Found> find(Handle handle, Partition partition, String name) {
    return find(handle, partition, name, null);
  }

  /**
   * Adds a version, which becomes the latest; the object is made when the name is free.
   *
   * @param content what the object's {@link StoredObject#content} becomes; null leaves it (empty for a new object)
   * @throws ApiError 409 when an object of this name is deleted but recoverable, or has this version
   */
  public Found add(Handle handle, Partition partition, String name, StoredVersion version, byte[] content) {
    Optional<StoredObject> existing = find(handle, partition, name).map(Found::object);
    if (existing.isPresent() && existing.get().deletion() != null) {
      throw new ApiError(409, "Conflict", "ObjectIsDeletedButRecoverable", collection.noun() + " " + name
          + " is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the "
          + collection.lowerNoun() + " can only be recovered or purged.", null);
    }
    StoredObject object = existing.map(old -> old.withLatest(version.version()))
        .orElseGet(() -> new StoredObject(name, version.version(), null, new byte[0]));
    StoredObject updated = content == null ? object : object.withContent(content);
    write(handle, partition, updated);
    if (existing.isPresent() && find(handle, partition, name, version.version()).isPresent()) {
      throw new ApiError(409, "Conflict",
          collection.noun() + " " + name + " has a version " + version.version() + " already.");
    }
    write(handle, partition, updated.name(), version);
    return new Found(updated, version);
  }

  /** Replaces a version's attributes, tags and content. */
  public Found update(Handle handle, Partition partition, StoredObject object, StoredVersion version) {
    write(handle, partition, object.name(), version);
    Agenda.postpone(handle, new Agenda.Entry(partition.id(), collection, object.name()), Instant.EPOCH);
    return new Found(object, version);
  }

  /** Replaces what is kept with the name. */
  public StoredObject updateContent(Handle handle, Partition partition, StoredObject object, byte[] content) {
    StoredObject updated = object.withContent(content);
    write(handle, partition, updated);
    return updated;
  }

  /**
   * Deletes an object with all its versions, recoverably.
   *
   * @throws ApiError 404 when there is no such object, or it is deleted already
   */
  public Found delete(Handle handle, Partition partition, String name, Deletion deletion) {
    Found found = get(handle, partition, name, null);
    StoredObject deleted = found.object().withDeletion(deletion);
    write(handle, partition, deleted);
    return new Found(deleted, found.version());
  }

  /**
   * Brings a deleted object back, with all its versions.
   *
   * @throws ApiError 404 when there is no such deleted object
   */
  public Found recover(Handle handle, Partition partition, String name) {
    Found found = getDeleted(handle, partition, name);
    StoredObject live = found.object().withDeletion(null);
    write(handle, partition, live);
    return new Found(live, found.version());
  }

  /**
   * Removes a deleted object for good.
   *
   * @throws ApiError 404 when there is no such deleted object
   */
  public void purge(Handle handle, Partition partition, String name) {
    Found found = getDeleted(handle, partition, name);
    handle.createUpdate("DELETE FROM object WHERE vault_id = :vault AND collection = :collection AND name = :name")
        .bind("vault", partition.id()).bind("collection", collection.wireName()).bind("name", found.object().name())
        .execute();
  }

  /** Live objects in the order of their names, each with its latest version. @param after null to start */
  public Slice<Found> list(Partition partition, String after, int limit) {
    return slice(SELECT_LIVE, partition, "", after, limit, row -> row.object().name());
  }

  /** Deleted objects in the order of their names, each with its latest version. @param after null to start */
  public Slice<Found> listDeleted(Partition partition, String after, int limit) {
    return slice(SELECT_DELETED, partition, "", after, limit, row -> row.object().name());
  }

  /** The versions of a live object, in the order of their identifiers; none when there is no such object. */
  public Slice<Found> listVersions(Partition partition, String name, String after, int limit) {
    return slice(SELECT_VERSIONS, partition, name, after, limit, Row::version);
  }

  /** The versions of an object that were made at this second or later, oldest first. */
  public List<StoredVersion> versionsSince(Handle handle, Partition partition, String name, Instant since) {
    return handle.createQuery(SELECT_SINCE)
        .bind("vault", partition.id()).bind("collection", collection.wireName()).bind("name", name)
        .bind("since", since.getEpochSecond())
        .map((rows, context) -> Row.of(rows))
        .list().stream().map(row -> verified(partition, row).version()).toList();
  }

  private Optional<Found> find(Handle handle, Partition partition, String name, String version) {
    Optional<Row> row = handle.createQuery(version == null ? SELECT_LATEST : SELECT_VERSION)
        .bind("vault", partition.id()).bind("collection", collection.wireName()).bind("name", name).bind("version", version)
        .map((rows, context) -> Row.of(rows))
        .findOne();
    // The object without the version that was asked for: there is no such version; without its latest, it was tampered with.
    return row.filter(found -> version == null || found.version() != null).map(found -> verified(partition, found));
  }

  private Slice<Found> slice(String sql, Partition partition, String name, String after, int limit,
      Function<Row, String> key) {
    List<Row> rows = database.read(handle -> handle.createQuery(sql)
        .bind("vault", partition.id()).bind("collection", collection.wireName()).bind("name", name)
        .bind("after", after == null ? "" : after).bind("limit", limit + 1)
        .map((row, context) -> Row.of(row))
        .list());
    List<Found> found = rows.stream().limit(limit).flatMap(row -> listed(partition, row).stream()).toList();
    return new Slice<>(found, rows.size() <= limit ? null : key.apply(rows.get(limit - 1)));
  }

  /** Empty for a row that is refused: the others must still be seen, and the alert is in the log. */
  private Optional<Found> listed(Partition partition, Row row) {
    try {
      return Optional.of(verified(partition, row));
    } catch (ApiError e) {
      return Optional.empty();
    }
  }

  private ApiError notFound(String id) {
    return new ApiError(404, collection.noun() + "NotFound", "A " + collection.lowerNoun() + " with (name/id) " + id
        + " was not found in this key vault. If it was deleted recently, it may be possible to recover it.");
  }

  private void write(Handle handle, Partition partition, StoredObject object) {
    Long deleted = object.deletion() == null ? null : object.deletion().deleted().getEpochSecond();
    Long purge = object.deletion() == null ? null : object.deletion().purge().getEpochSecond();
    byte[] mac = partition.seal().mac(OBJECT, partition.id(), collection.wireName(), object.name(), object.latest(), deleted,
        purge, object.content());
    handle.createUpdate("""
            INSERT INTO object (vault_id, collection, name, latest, deleted, purge, content, mac)
            VALUES (:vault, :collection, :name, :latest, :deleted, :purge, :content, :mac)
            ON CONFLICT (vault_id, collection, name) DO UPDATE SET latest = excluded.latest, deleted = excluded.deleted,
              purge = excluded.purge, content = excluded.content, mac = excluded.mac, due = 0""")
        .bind("vault", partition.id()).bind("collection", collection.wireName()).bind("name", object.name())
        .bind("latest", object.latest()).bind("deleted", deleted).bind("purge", purge).bind("content", object.content())
        .bind("mac", mac)
        .execute();
  }

  private void write(Handle handle, Partition partition, String name, StoredVersion version) {
    Row row = new Row(null, null, name, version.version(), version.enabled(), seconds(version.notBefore()),
        seconds(version.expires()), version.created().getEpochSecond(), version.updated().getEpochSecond(),
        Json.mapper().writeValueAsString(new TreeMap<>(version.tags())), version.content(), null);
    handle.createUpdate("""
            INSERT INTO object_version (vault_id, collection, name, version, enabled, nbf, exp, created, updated, tags,
              content, mac)
            VALUES (:vault, :collection, :name, :version, :enabled, :nbf, :exp, :created, :updated, :tags, :content, :mac)
            ON CONFLICT (vault_id, collection, name, version) DO UPDATE SET enabled = excluded.enabled, nbf = excluded.nbf,
              exp = excluded.exp, created = excluded.created, updated = excluded.updated, tags = excluded.tags,
              content = excluded.content, mac = excluded.mac""")
        .bind("vault", partition.id()).bind("collection", collection.wireName()).bind("name", name)
        .bind("version", row.version()).bind("enabled", row.enabled()).bind("nbf", row.nbf()).bind("exp", row.exp())
        .bind("created", row.created()).bind("updated", row.updated()).bind("tags", row.tags())
        .bind("content", row.content())
        .bind("mac", partition.seal().mac(VERSION, versionFields(partition, row)))
        .execute();
  }

  private Found verified(Partition partition, Row row) {
    StoredObject object = row.object();
    Deletion deletion = object.deletion();
    partition.seal().verify(row.objectMac(), OBJECT, partition.id(), collection.wireName(), object.name(), object.latest(),
        deletion == null ? null : deletion.deleted().getEpochSecond(),
        deletion == null ? null : deletion.purge().getEpochSecond(), object.content());
    // Missing, or of an object whose name differs in case.
    if (!object.name().equals(row.versionName())) {
      throw RowSeal.refused(VERSION, partition.id(), collection.wireName(), object.name(), object.latest());
    }
    partition.seal().verify(row.mac(), VERSION, versionFields(partition, row));
    return new Found(object, row.toVersion());
  }

  private Object[] versionFields(Partition partition, Row row) {
    return new Object[] {partition.id(), collection.wireName(), row.versionName(), row.version(), row.enabled(), row.nbf(),
        row.exp(), row.created(), row.updated(), row.tags(), row.content()};
  }

  private static Long seconds(Instant time) {
    return time == null ? null : time.getEpochSecond();
  }

  /** A row of the join as it was read, not yet verified; the version's part is null when there is none. */
  private record Row(StoredObject object, byte[] objectMac, String versionName, String version, boolean enabled, Long nbf,
      Long exp, long created, long updated, String tags, byte[] content, byte[] mac) {

    static Row of(ResultSet row) throws SQLException {
      Long deleted = number(row, "deleted");
      Long purge = number(row, "purge");
      Deletion deletion = deleted == null ? null
          : new Deletion(Instant.ofEpochSecond(deleted), Instant.ofEpochSecond(purge == null ? 0 : purge));
      byte[] content = row.getBytes("object_content");
      return new Row(new StoredObject(row.getString("name"), row.getString("latest"), deletion, content),
          row.getBytes("object_mac"), row.getString("version_name"), row.getString("version"), row.getLong("enabled") == 1,
          number(row, "nbf"), number(row, "exp"), row.getLong("created"), row.getLong("updated"), row.getString("tags"),
          row.getBytes("content"), row.getBytes("mac"));
    }

    StoredVersion toVersion() {
      Map<String, String> map = Json.mapper().readValue(tags, TAGS);
      return new StoredVersion(version, enabled, instant(nbf), instant(exp), Instant.ofEpochSecond(created),
          Instant.ofEpochSecond(updated), map, content);
    }

    private static Instant instant(Long seconds) {
      return seconds == null ? null : Instant.ofEpochSecond(seconds);
    }

    private static Long number(ResultSet row, String column) throws SQLException {
      long value = row.getLong(column);
      return row.wasNull() ? null : value;
    }
  }
}
