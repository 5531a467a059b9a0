package org.keyhaven.server.keys;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.keyhaven.server.events.EventQueue;
import org.keyhaven.server.events.VaultEvent;
import org.keyhaven.server.events.VaultEvent.Type;
import org.keyhaven.server.keys.rotation.KeyLife;
import org.keyhaven.server.keys.rotation.KeyLife.Expiry;
import org.keyhaven.server.keys.rotation.KeyLife.NewVersions;
import org.keyhaven.server.keys.rotation.RotationPolicy;
import org.keyhaven.server.schedule.Caretaker;
import org.keyhaven.server.store.Agenda;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Found;
import org.keyhaven.server.store.StoredVersion;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.Vault;

/**
 * What the passing of time does to keys: new versions are announced, as are the coming and the past end of the latest
 * one, and it is rotated when its policy says so and it is enabled. The keys of certificates are the certificates'
 * business.
 */
public final class KeyCaretaker implements Caretaker {
  /** Until a rotation that failed, for instance because the HSM was away, is tried again. */
  private static final Duration RETRY = Duration.ofMinutes(10);

  private final VersionedObjects keys;
  private final KeyRotation rotation;
  private final EventQueue events;
  private final Function<Vault, URI> addresses;

  /** @param addresses where clients reach a vault, for the identifiers in events */
  public KeyCaretaker(Database database, Clock clock, EventQueue events, Function<Vault, URI> addresses) {
    this.keys = new VersionedObjects(database, Collection.KEYS);
    this.rotation = new KeyRotation(database, clock);
    this.events = events;
    this.addresses = addresses;
  }

  @Override
  public Care attend(Handle handle, Vault vault, String name, Instant now) {
    Found found = keys.get(handle, vault.partition(), name, null);
    StoredVersion latest = found.version();
    Instant later = now.plus(Agenda.LONGEST);
    if (KeyContent.read(latest.content()).managed()) {
      return Care.nothingBefore(later);
    }
    KeyLife before = KeyLife.read(found.object().content());
    RotationPolicy policy = before.rotation();
    KeyLife life = announceExpiry(handle, vault, found, announceVersions(handle, vault, found, before, now), policy, now);
    if (!life.equals(before)) {
      keys.updateContent(handle, vault.partition(), found.object(), life.write());
    }
    Optional<Instant> rotates = policy.rotation(latest.created(), latest.expires()).filter(when -> latest.enabled());
    if (rotates.isPresent() && !now.isBefore(rotates.get())) {
      return new Care(now.plus(RETRY), () -> rotation.rotateByPolicy(vault, name, latest.version()));
    }
    return Care.nothingBefore(soonest(now, later, rotates.orElse(later),
        latest.expires() == null ? later : policy.notification(latest.expires()),
        latest.expires() == null ? later : latest.expires()));
  }

  private KeyLife announceVersions(Handle handle, Vault vault, Found found, KeyLife life, Instant now) {
    String name = found.object().name();
    NewVersions known = life.newVersions() == null ? new NewVersions(Instant.EPOCH, List.of()) : life.newVersions();
    List<StoredVersion> fresh = keys.versionsSince(handle, vault.partition(), name, known.until());
    fresh.stream().filter(version -> !known.versions().contains(version.version()))
        .forEach(version -> announce(handle, vault, Type.KEY_NEW_VERSION, name, version, now));
    if (fresh.isEmpty()) {
      return life;
    }
    Instant until = fresh.get(fresh.size() - 1).created();
    return life.withNewVersions(new NewVersions(until, fresh.stream().filter(version -> version.created().equals(until))
        .map(StoredVersion::version).toList()));
  }

  private KeyLife announceExpiry(Handle handle, Vault vault, Found found, KeyLife life, RotationPolicy policy, Instant now) {
    StoredVersion latest = found.version();
    if (latest.expires() == null || now.isBefore(policy.notification(latest.expires()))) {
      return life;
    }
    Expiry end = new Expiry(latest.version(), latest.expires());
    if (now.isBefore(latest.expires())) {
      if (end.equals(life.nearExpiry())) {
        return life;
      }
      announce(handle, vault, Type.KEY_NEAR_EXPIRY, found.object().name(), latest, now);
      return life.withNearExpiry(end);
    }
    if (end.equals(life.expired())) {
      return life;
    }
    announce(handle, vault, Type.KEY_EXPIRED, found.object().name(), latest, now);
    return life.withExpired(end);
  }

  private void announce(Handle handle, Vault vault, Type type, String name, StoredVersion version, Instant now) {
    events.add(handle, vault, VaultEvent.ofKey(type, vault, addresses.apply(vault), name, version.version(),
        version.notBefore(), version.expires(), now), now);
  }

  /** The first of these times that is still to come. */
  private static Instant soonest(Instant now, Instant... times) {
    Instant soonest = now.plus(Agenda.LONGEST);
    for (Instant time : times) {
      if (time.isAfter(now) && time.isBefore(soonest)) {
        soonest = time;
      }
    }
    return soonest;
  }
}
