package org.keyhaven.server.keys;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.keyhaven.client.wire.KeyRotation.KeyRotationPolicy;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.keys.rotation.KeyLife;
import org.keyhaven.server.keys.rotation.RotationPolicy;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Found;
import org.keyhaven.server.store.StoredVersion;
import org.keyhaven.server.store.VersionId;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.Vault;

/** The rotation of keys, by hand and by policy. Thread-safe. */
final class KeyRotation {
  private final Database database;
  private final VersionedObjects keys;
  private final Clock clock;

  KeyRotation(Database database, Clock clock) {
    this.database = database;
    this.keys = new VersionedObjects(database, Collection.KEYS);
    this.clock = clock;
  }

  /** Makes a new version of the same kind, which is valid for as long as the policy says, and is otherwise as the latest. */
  KeyBundle rotate(Vault vault, URI base, String name) {
    Found latest = keys.get(vault.partition(), name, null);
    return KeyBodies.bundle(vault, base, succeed(vault, latest).orElseThrow(() -> new ApiError(409,
        "Conflict", "The key " + name + " got a new version at the same time. Look whether it is the one you want.")));
  }

  /** As {@link #rotate}, unless there is a newer version than {@code version} by now. */
  void rotateByPolicy(Vault vault, String name, String version) {
    Found latest = keys.get(vault.partition(), name, null);
    if (latest.version().version().equals(version)) {
      succeed(vault, latest);
    }
  }

  KeyRotationPolicy policy(Vault vault, URI base, String name) {
    Found found = keys.get(vault.partition(), name, null);
    return shown(base, found, KeyLife.read(found.object().content()));
  }

  KeyRotationPolicy setPolicy(Vault vault, URI base, String name, KeyRotationPolicy asked) {
    RotationPolicy policy = RotationPolicy.parse(asked);
    Instant now = now();
    return database.write(handle -> {
      Found found = keys.get(handle, vault.partition(), name, null);
      KeyService.requireOwn(name, KeyContent.read(found.version().content()));
      KeyLife old = KeyLife.read(found.object().content());
      KeyLife life = old.withPolicy(policy.wire(null, old.policyCreated().orElse(now), now));
      keys.updateContent(handle, vault.partition(), found.object(), life.write());
      return shown(base, found, life);
    });
  }

  private static KeyRotationPolicy shown(URI base, Found found, KeyLife life) {
    String id = KeyBodies.kid(base, found, null) + "/rotationpolicy";
    KeyRotationPolicy set = life.policy();
    return set == null ? RotationPolicy.DEFAULT.wire(id, null, null)
        : new KeyRotationPolicy(id, set.lifetimeActions(), set.attributes());
  }

  /** @return empty when another version came in between */
  private Optional<Found> succeed(Vault vault, Found latest) {
    String name = latest.object().name();
    StoredVersion old = latest.version();
    KeyContent model = KeyService.requireOwn(name, KeyContent.read(old.content()));
    String version = VersionId.random();
    KeyMaterial material = KeyGeneration.generateLike(vault, KeyService.materialId(vault, name, version), model);
    Instant now = now();
    return database.write(handle -> {
      Found found = keys.get(handle, vault.partition(), name, null);
      if (!found.version().version().equals(old.version())) {
        return Optional.empty();
      }
      Instant expires = KeyLife.read(found.object().content()).rotation().expiryOfNewVersion(now).orElse(null);
      // As it is now: it may have been disabled, or restricted, while the material was made.
      StoredVersion latestNow = found.version();
      KeyContent permitted = KeyContent.read(latestNow.content());
      KeyContent content =
          KeyContent.of(material, permitted.keyOps(), false, permitted.exportable(), permitted.releasePolicy());
      return Optional.of(keys.add(handle, vault.partition(), name, new StoredVersion(version, latestNow.enabled(), null,
          expires, now, now, latestNow.tags(), content.write()), null));
    });
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
