package org.keyhaven.server.keys;

import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Found;
import org.keyhaven.server.store.Partition;
import org.keyhaven.server.store.ReadCache;
import org.keyhaven.server.store.StoredVersion;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.Vault;

/**
 * Finds keys for use. A key must be enabled and permit the operation; outside its time window it only undoes what was done
 * with it before: it decrypts, unwraps and verifies. Thread-safe.
 */
final class KeyAccess {
  private static final Set<KeyOperation> AT_ANY_TIME =
      Set.of(KeyOperation.DECRYPT, KeyOperation.UNWRAP_KEY, KeyOperation.SECURE_UNWRAP_KEY, KeyOperation.VERIFY);

  private static final int CACHED_KEYS = 1000;

  private final VersionedObjects keys;
  private final ReadCache<Wanted, Usable> cache;
  private final Clock clock;

  KeyAccess(Database database, Clock clock) {
    this.keys = new VersionedObjects(database, Collection.KEYS);
    this.cache = new ReadCache<>(database, CACHED_KEYS);
    this.clock = clock;
  }

  /** @param version null for the latest */
  private record Wanted(Partition partition, String name, String version) { }

  /** A key that may be used so. */
  record Usable(Found found, KeyContent key) { }

  /**
   * The key, for one operation.
   *
   * @param version null for the latest
   * @throws ApiError 404 when there is none, 403 when it may not be used so
   */
  Usable find(Vault vault, String name, String version, KeyOperation operation) {
    Usable usable = read(vault, name, version);
    requireEnabled(usable.found().version(), operation.wireName());
    if (!AT_ANY_TIME.contains(operation)) {
      requireWithinTimes(usable.found().version(), operation.wireName());
    }
    if (!usable.key().keyOps().contains(operation.wireName())) {
      throw forbidden("KeyOperationForbidden", "Operation " + operation + " is not permitted on this key by its key_ops.");
    }
    return usable;
  }

  /** As {@link #find}, for release, which the key's policy permits and not its operations. */
  Usable findForRelease(Vault vault, String name, String version) {
    Usable usable = read(vault, name, version);
    requireEnabled(usable.found().version(), "release");
    requireWithinTimes(usable.found().version(), "release");
    return usable;
  }

  private Usable read(Vault vault, String name, String version) {
    return cache.get(new Wanted(vault.partition(), name, version), wanted -> {
      Found found = keys.get(wanted.partition(), wanted.name(), wanted.version());
      return new Usable(found, KeyContent.read(found.version().content()));
    });
  }

  private static void requireEnabled(StoredVersion version, String operation) {
    if (!version.enabled()) {
      throw forbidden("KeyDisabled", "Operation " + operation + " is not allowed on a disabled key.");
    }
  }

  private void requireWithinTimes(StoredVersion version, String operation) {
    Instant now = clock.instant();
    if (version.notBefore() != null && now.isBefore(version.notBefore())) {
      throw forbidden("KeyNotYetValid", "Operation " + operation + " is not allowed on a key before its 'nbf' time.");
    }
    if (version.expires() != null && !now.isBefore(version.expires())) {
      throw forbidden("KeyExpired", "Operation " + operation + " is not allowed on an expired key.");
    }
  }

  private static ApiError forbidden(String innerCode, String message) {
    return new ApiError(403, "Forbidden", innerCode, message, null);
  }
}
