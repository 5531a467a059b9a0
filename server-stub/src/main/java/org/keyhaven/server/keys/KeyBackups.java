package org.keyhaven.server.keys;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.keyhaven.client.wire.Keys.KeyBackup;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.hsm.Sealer;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Found;
import org.keyhaven.server.store.Slice;
import org.keyhaven.server.store.StoredVersion;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.Vault;
import org.keyhaven.server.vaults.VaultFamily;
import org.keyhaven.server.vaults.VaultKeys;
import org.keyhaven.server.vaults.VaultKind;

/**
 * Keys with all their versions as one opaque blob: a mark, the identifier of the vault that it is from, and the rest sealed
 * under that vault's backup key. Private keys in it stay as that vault's engines sealed them; a key that is restored into
 * another vault of the family is still used through those. Thread-safe.
 */
final class KeyBackups {
  private static final int MOST_VERSIONS = 500;
  /** In Base64, and as a member of an object, they fill the largest body. */
  private static final int MOST_BYTES = Json.MAX_BODY_BYTES / 4 * 3 - 1024;
  private static final byte[] MARK = "KHVN-KEY1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = MARK.length + 2 * Long.BYTES;

  private final Database database;
  private final VersionedObjects keys;

  KeyBackups(Database database) {
    this.database = database;
    this.keys = new VersionedObjects(database, Collection.KEYS);
  }

  /**
   * What is sealed.
   *
   * @param kind a vault's backup is no Managed HSM's
   * @param object what is kept with the name
   * @param versions the latest one last
   */
  private record Contents(VaultKind kind, String name, byte[] object, List<Version> versions) { }

  private record Version(String version, boolean enabled, Instant notBefore, Instant expires, Instant created,
      Instant updated, Map<String, String> tags, KeyContent content) {

    static Version of(Vault vault, StoredVersion stored) {
      KeyContent content = KeyContent.read(stored.content());
      return new Version(stored.version(), stored.enabled(), stored.notBefore(), stored.expires(), stored.created(),
          stored.updated(), stored.tags(), content.keeper() == null ? content.keptBy(vault.id()) : content);
    }

    StoredVersion toStored() {
      return new StoredVersion(version, enabled, notBefore, expires, created, updated, tags, content.write());
    }
  }

  /** @throws ApiError 404 when there is no such key, 403 when it is a certificate's, 400 when it has too many versions */
  KeyBackup backUp(Vault vault, String name) {
    // The latest is read first: a version that comes in between is in the backup, but not as the latest.
    Found latest = keys.get(vault.partition(), name, null);
    KeyService.requireOwn(name, KeyContent.read(latest.version().content()));
    Slice<Found> all = keys.listVersions(vault.partition(), name, null, MOST_VERSIONS);
    if (all.last() != null) {
      throw ApiError.badParameter("The key " + name + " has more than " + MOST_VERSIONS
          + " versions, which is the most that a backup holds.");
    }
    List<Version> versions = new ArrayList<>(all.items().stream().map(Found::version)
        .filter(version -> !version.version().equals(latest.version().version())).map(version -> Version.of(vault, version))
        .toList());
    versions.add(Version.of(vault, latest.version()));
    Contents contents = new Contents(vault.kind(), latest.object().name(), latest.object().content(), versions);
    byte[] header = header(vault);
    byte[] sealed = backups(vault.family(), vault.id()).seal(Json.mapper().writeValueAsBytes(contents), header);
    if (header.length + sealed.length > MOST_BYTES) {
      throw ApiError.badParameter("The backup of the key " + name + " would have " + (header.length + sealed.length)
          + " bytes, and one of more than " + MOST_BYTES + " cannot be restored. Remove tags from its versions.");
    }
    return new KeyBackup(ByteBuffer.allocate(header.length + sealed.length).put(header).put(sealed).array());
  }

  /** @throws ApiError 400 when it is no backup that this vault can take, 409 when a key of its name exists */
  KeyBundle restore(Vault vault, URI base, KeyBackup backup) {
    if (backup.value() == null) {
      throw ApiError.badParameter("Property 'value' is required.");
    }
    Contents contents = open(vault.family(), backup.value());
    if (contents.kind() != vault.kind()) {
      throw ApiError.badParameter("The backup is one of another kind of vault: restore it into a "
          + (contents.kind() == VaultKind.VAULT ? "vault." : "Managed HSM."));
    }
    Found restored = database.write(handle -> {
      if (keys.find(handle, vault.partition(), contents.name()).filter(found -> found.object().deletion() == null)
          .isPresent()) {
        throw new ApiError(409, "Conflict", "The key " + contents.name()
            + " exists in this vault. Delete and purge it, or restore the backup into another vault.");
      }
      Found last = null;
      for (Version version : contents.versions()) {
        last = keys.add(handle, vault.partition(), contents.name(), version.toStored(), contents.object());
      }
      return last;
    });
    return KeyBodies.bundle(vault, base, restored);
  }

  private static Contents open(VaultFamily family, byte[] blob) {
    if (blob.length <= HEADER_BYTES || !Arrays.equals(Arrays.copyOf(blob, MARK.length), MARK)) {
      throw refused(null);
    }
    byte[] header = Arrays.copyOf(blob, HEADER_BYTES);
    ByteBuffer id = ByteBuffer.wrap(blob, MARK.length, 2 * Long.BYTES);
    Sealer sealer = backups(family, new UUID(id.getLong(), id.getLong()).toString());
    byte[] json;
    try {
      json = sealer.unseal(Arrays.copyOfRange(blob, HEADER_BYTES, blob.length), header);
    } catch (ApiError e) {
      throw refused(e);
    }
    return Json.mapper().readValue(json, Contents.class);
  }

  private static Sealer backups(VaultFamily family, String vaultId) {
    return family.keys(vaultId).map(VaultKeys::backups).orElseThrow(() -> refused(null));
  }

  private static byte[] header(Vault vault) {
    UUID id = UUID.fromString(vault.id());
    return ByteBuffer.allocate(HEADER_BYTES).put(MARK).putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits()).array();
  }

  private static ApiError refused(Throwable cause) {
    return new ApiError(400, "BadParameter", null,
        "Property 'value' is no backup of a key: it was changed, or made by a server with another database.", cause);
  }
}
