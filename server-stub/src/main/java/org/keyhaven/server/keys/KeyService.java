package org.keyhaven.server.keys;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyReleasePolicy;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyImportParameters;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Deletion;
import org.keyhaven.server.store.Found;
import org.keyhaven.server.store.Slice;
import org.keyhaven.server.store.StoredVersion;
import org.keyhaven.server.store.VersionId;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.Vault;

/** The management of keys: making, taking, finding, changing, deleting them. What returned is on the disk. Thread-safe. */
final class KeyService {
  private final Database database;
  private final VersionedObjects keys;
  private final KeyImport imports;
  private final Clock clock;

  KeyService(Database database, Clock clock) {
    this.database = database;
    this.keys = new VersionedObjects(database, Collection.KEYS);
    this.imports = new KeyImport(new KeyAccess(database, clock));
    this.clock = clock;
  }

  /** What create and import have in common. */
  private record NewKey(KeyType kty, List<KeyOperation> keyOps, ObjectAttributes attributes, Map<String, String> tags,
      KeyReleasePolicy releasePolicy) { }

  /** Makes or takes the material of a new version. */
  private interface MaterialSource {
    KeyMaterial material(String id, boolean exportable);
  }

  /** The id of the material first made for a key version; versions are random, so it never comes again. */
  static String materialId(Vault vault, String name, String version) {
    return vault.id() + "/" + Collection.KEYS.wireName() + "/" + name + "/" + version;
  }

  KeyBundle create(Vault vault, URI base, String name, KeyCreateParameters asked) {
    NewKey key = newKey(vault, asked);
    return add(vault, base, name, key, generation(vault, key.kty(), asked));
  }

  /** Makes a key of each name, as {@link #create} does, with one commit for all: all are made, or none. */
  void createAll(Vault vault, List<String> names, KeyCreateParameters asked) {
    NewKey key = newKey(vault, asked);
    Map<String, StoredVersion> made = new LinkedHashMap<>();
    names.forEach(name -> made.put(name, newVersion(vault, name, key, generation(vault, key.kty(), asked))));
    database.<Void>write(handle -> {
      made.forEach((name, version) -> store(handle, vault, name, version));
      return null;
    });
  }

  KeyBundle importKey(Vault vault, URI base, String name, KeyImportParameters asked) {
    PrivateJsonWebKey key = asked.key();
    if (key == null) {
      throw ApiError.badParameter("Property 'key' is required.");
    }
    KeyType kty = KeyTypes.in(vault, key.kty(), Boolean.TRUE.equals(asked.hsm()));
    return add(vault, base, name, new NewKey(kty, key.keyOps(), asked.attributes(), asked.tags(), asked.releasePolicy()),
        (id, exportable) -> imports.take(vault, id, kty, key, exportable));
  }

  KeyBundle get(Vault vault, URI base, String name, String version) {
    return KeyBodies.bundle(vault, base, keys.get(vault.partition(), name, version));
  }

  KeyBundle update(Vault vault, URI base, String name, String version, KeyUpdateParameters changes) {
    Map<String, String> tags = changes.tags() == null ? null : Attributes.valid(changes.tags());
    Found updated = database.write(handle -> {
      Found found = keys.get(handle, vault.partition(), name, version);
      StoredVersion old = found.version();
      KeyContent content = requireOwn(name, KeyContent.read(old.content()));
      KeyContent newContent = changes.keyOps() == null ? content
          : content.withKeyOps(KeyTypes.changed(content, changes.keyOps()));
      Optional<ObjectAttributes> asked = Optional.ofNullable(changes.attributes());
      Instant nbf = asked.map(ObjectAttributes::nbf).orElse(old.notBefore());
      Instant exp = asked.map(ObjectAttributes::exp).orElse(old.expires());
      Attributes.requireWindow(nbf, exp);
      newContent = ReleaseTerms.changed(newContent, asked.map(ObjectAttributes::exportable).orElse(null),
          changes.releasePolicy());
      return keys.update(handle, vault.partition(), found.object(), new StoredVersion(old.version(),
          asked.map(ObjectAttributes::enabled).orElse(old.enabled()), nbf, exp, old.created(), now(),
          tags == null ? old.tags() : tags, newContent.write()));
    });
    return KeyBodies.bundle(vault, base, updated);
  }

  KeyBundle delete(Vault vault, URI base, String name) {
    Instant now = now();
    Deletion deletion = new Deletion(now, now.plus(Duration.ofDays(vault.softDelete().retentionDays())));
    Found deleted = database.write(handle -> {
      requireOwn(name, KeyContent.read(keys.get(handle, vault.partition(), name, null).version().content()));
      return keys.delete(handle, vault.partition(), name, deletion);
    });
    return KeyBodies.bundle(vault, base, deleted);
  }

  KeyBundle getDeleted(Vault vault, URI base, String name) {
    return KeyBodies.bundle(vault, base, keys.getDeleted(vault.partition(), name));
  }

  KeyBundle recover(Vault vault, URI base, String name) {
    Found recovered = database.write(handle -> {
      requireOwn(name, KeyContent.read(keys.getDeleted(handle, vault.partition(), name).version().content()));
      return keys.recover(handle, vault.partition(), name);
    });
    return KeyBodies.bundle(vault, base, recovered);
  }

  void purge(Vault vault, String name) {
    vault.requirePurgeable();
    database.<Void>write(handle -> {
      requireOwn(name, KeyContent.read(keys.getDeleted(handle, vault.partition(), name).version().content()));
      keys.purge(handle, vault.partition(), name);
      return null;
    });
  }

  Slice<KeyItem> list(Vault vault, URI base, String after, int limit) {
    return items(keys.list(vault.partition(), after, limit), found -> KeyBodies.item(vault, base, found, null));
  }

  Slice<KeyItem> listVersions(Vault vault, URI base, String name, String after, int limit) {
    return items(keys.listVersions(vault.partition(), name, after, limit),
        found -> KeyBodies.item(vault, base, found, found.version().version()));
  }

  Slice<KeyItem> listDeleted(Vault vault, URI base, String after, int limit) {
    return items(keys.listDeleted(vault.partition(), after, limit), found -> KeyBodies.item(vault, base, found, null));
  }

  private static NewKey newKey(Vault vault, KeyCreateParameters asked) {
    return new NewKey(KeyTypes.in(vault, asked.kty(), false), asked.keyOps(), asked.attributes(), asked.tags(),
        asked.releasePolicy());
  }

  private static MaterialSource generation(Vault vault, KeyType kty, KeyCreateParameters asked) {
    return (id, exportable) -> KeyGeneration.generate(vault, id,
        new KeyGeneration.Request(kty, asked.keySize(), asked.publicExponent(), asked.crv(), exportable));
  }

  private KeyBundle add(Vault vault, URI base, String name, NewKey asked, MaterialSource source) {
    database.read(handle -> keys.find(handle, vault.partition(), name)).ifPresent(found -> requireCreatable(name, found));
    // Key pairs take long: they are made before the transaction, which looks again.
    StoredVersion made = newVersion(vault, name, asked, source);
    return KeyBodies.bundle(vault, base, database.write(handle -> store(handle, vault, name, made)));
  }

  private StoredVersion newVersion(Vault vault, String name, NewKey asked, MaterialSource source) {
    ObjectAttributes attributes = Attributes.valid(asked.attributes());
    boolean exportable = Boolean.TRUE.equals(attributes.exportable());
    boolean secured = KeyTypes.secured(asked.keyOps());
    KeyReleasePolicy policy = secured ? ReleaseTerms.ofSecureKey(vault, exportable, asked.releasePolicy())
        : ReleaseTerms.ofNewKey(asked.kty(), vault, exportable, asked.releasePolicy());
    Map<String, String> tags = Attributes.valid(asked.tags());
    // Microsoft's Java client sends an empty list when its user asked for nothing.
    boolean unasked = asked.keyOps() == null || asked.keyOps().isEmpty();
    List<String> operations = KeyTypes.operations(asked.kty(), unasked ? null : asked.keyOps(), exportable, secured);
    String version = VersionId.random();
    KeyMaterial material = source.material(materialId(vault, name, version), exportable);
    Instant now = now();
    return new StoredVersion(version, !Boolean.FALSE.equals(attributes.enabled()), attributes.nbf(),
        attributes.exp(), now, now, tags, KeyContent.of(material, operations, false, exportable, policy).write());
  }

  private Found store(Handle handle, Vault vault, String name, StoredVersion version) {
    keys.find(handle, vault.partition(), name).ifPresent(found -> requireCreatable(name, found));
    return keys.add(handle, vault.partition(), name, version, null);
  }

  private static Slice<KeyItem> items(Slice<Found> found, Function<Found, KeyItem> item) {
    return new Slice<>(found.items().stream().map(item).toList(), found.last());
  }

  private static void requireCreatable(String name, Found found) {
    if (found.object().deletion() == null && KeyContent.read(found.version().content()).managed()) {
      throw new ApiError(409, "Conflict",
          "The key " + name + " belongs to the certificate of that name. Choose another name.");
    }
  }

  /** @throws ApiError 403 when the key is a certificate's */
  static KeyContent requireOwn(String name, KeyContent content) {
    if (content.managed()) {
      throw new ApiError(403, "Forbidden", "KeyIsManaged", "The key " + name
          + " belongs to the certificate of that name: change or delete the certificate.", null);
    }
    return content;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
