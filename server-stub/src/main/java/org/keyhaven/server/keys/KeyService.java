package org.keyhaven.server.keys;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyReleasePolicy;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.ObjectAttributes;
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

/** The management of keys: making, finding, changing, deleting them. What returned is on the disk. Thread-safe. */
final class KeyService {
  private final Database database;
  private final VersionedObjects keys;
  private final Clock clock;

  KeyService(Database database, Clock clock) {
    this.database = database;
    this.keys = new VersionedObjects(database, Collection.KEYS);
    this.clock = clock;
  }

  /** What a PATCH may change; null leaves it. */
  record Changes(List<KeyOperation> keyOps, ObjectAttributes attributes, Map<String, String> tags,
      KeyReleasePolicy releasePolicy) { }

  /** The id of the material first made for a key version; versions are random, so it never comes again. */
  static String materialId(Vault vault, String name, String version) {
    return vault.id() + "/" + Collection.KEYS.wireName() + "/" + name + "/" + version;
  }

  KeyBundle create(Vault vault, URI base, String name, KeyCreateParameters parameters) {
    if (parameters.kty() == null) {
      throw ApiError.badParameter("Property 'kty' is required.");
    }
    ObjectAttributes attributes = Attributes.valid(parameters.attributes());
    boolean exportable = Boolean.TRUE.equals(attributes.exportable());
    KeyReleasePolicy releasePolicy = ReleaseTerms.ofNewKey(parameters.kty(), vault, exportable, parameters.releasePolicy());
    Map<String, String> tags = Attributes.valid(parameters.tags());
    List<String> operations = KeyGeneration.operations(parameters.kty(), parameters.keyOps());
    database.read(handle -> keys.find(handle, vault.partition(), name)).ifPresent(found -> requireCreatable(name, found));
    String version = VersionId.random();
    KeyMaterial material = KeyGeneration.generate(vault, materialId(vault, name, version),
        new KeyGeneration.Request(parameters.kty(), parameters.keySize(), parameters.publicExponent(), parameters.crv(),
            exportable));
    Instant now = now();
    StoredVersion stored = new StoredVersion(version, !Boolean.FALSE.equals(attributes.enabled()), attributes.nbf(),
        attributes.exp(), now, now, tags, KeyContent.of(material, operations, false, exportable, releasePolicy).write());
    Found made = database.write(handle -> {
      keys.find(handle, vault.partition(), name).ifPresent(found -> requireCreatable(name, found));
      return keys.add(handle, vault.partition(), name, stored, null);
    });
    return KeyBodies.bundle(vault, base, made);
  }

  KeyBundle get(Vault vault, URI base, String name, String version) {
    return KeyBodies.bundle(vault, base, keys.get(vault.partition(), name, version));
  }

  KeyBundle update(Vault vault, URI base, String name, String version, Changes changes) {
    Map<String, String> tags = changes.tags() == null ? null : Attributes.valid(changes.tags());
    Found updated = database.write(handle -> {
      Found found = keys.get(handle, vault.partition(), name, version);
      StoredVersion old = found.version();
      KeyContent content = requireOwn(name, KeyContent.read(old.content()));
      Optional<ObjectAttributes> asked = Optional.ofNullable(changes.attributes());
      KeyContent released = ReleaseTerms.changed(content, asked.map(ObjectAttributes::exportable).orElse(null),
          changes.releasePolicy());
      KeyContent newContent = changes.keyOps() == null ? released
          : released.withKeyOps(KeyGeneration.operations(content.kty(), changes.keyOps()));
      Instant nbf = asked.map(ObjectAttributes::nbf).orElse(old.notBefore());
      Instant exp = asked.map(ObjectAttributes::exp).orElse(old.expires());
      Attributes.requireWindow(nbf, exp);
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
    if (vault.softDelete().purgeProtection()) {
      throw new ApiError(403, "Forbidden", "PurgeProtectionEnabled",
          "The vault has purge protection: deleted keys stay until their scheduled purge date.", null);
    }
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

  private static Slice<KeyItem> items(Slice<Found> found, Function<Found, KeyItem> item) {
    return new Slice<>(found.items().stream().map(item).toList(), found.last());
  }

  private static void requireCreatable(String name, Found found) {
    if (found.object().deletion() == null && KeyContent.read(found.version().content()).managed()) {
      throw new ApiError(409, "Conflict",
          "The key " + name + " belongs to the certificate of that name. Choose another name.");
    }
  }

  private static KeyContent requireOwn(String name, KeyContent content) {
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
