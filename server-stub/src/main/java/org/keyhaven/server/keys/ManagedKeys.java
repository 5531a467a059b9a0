package org.keyhaven.server.keys;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.hsm.ClearKey;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Deletion;
import org.keyhaven.server.store.Found;
import org.keyhaven.server.store.StoredVersion;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.Vault;

/**
 * The keys of certificates: of the same name and version, made and deleted with the certificate. The caller has checked
 * the permission on its own route. Methods with a Handle take part in the caller's transaction; key pairs are made before
 * it, for that takes long. Thread-safe.
 */
public final class ManagedKeys {
  private final VersionedObjects keys;

  public ManagedKeys(Database database) {
    this.keys = new VersionedObjects(database, Collection.KEYS);
  }

  /**
   * Makes a key pair for a version to come; nothing is stored.
   *
   * @param bits null for the default of RSA, 2048
   * @param curve null for the default of EC, P-256
   * @param exportable whether it may ever leave; decided here for good
   * @throws ApiError 400 when the vault makes no such keys
   */
  public KeyMaterial generate(Vault vault, String name, String version, KeyType kty, Integer bits, KeyCurve curve,
      boolean exportable) {
    return KeyGeneration.generate(vault, KeyService.materialId(vault, name, version),
        new KeyGeneration.Request(KeyTypes.in(vault, kty, false), bits, null, curve, exportable));
  }

  /**
   * Takes a key pair that was made elsewhere, for a version to come; nothing is stored.
   *
   * @param key is wiped
   * @param exportable whether it may ever leave; decided here for good
   * @throws ApiError 400 when its parts do not belong together, or the vault takes no such keys
   */
  public KeyMaterial take(Vault vault, String name, String version, KeyType kty, ClearKey key, boolean exportable) {
    return KeyImport.take(vault, KeyService.materialId(vault, name, version), KeyTypes.in(vault, kty, false), key, exportable);
  }

  /**
   * The key pair of a version, to be used again in another.
   *
   * @param exportable whether it may leave as that other version's
   * @throws ApiError 404 when there is none, 400 when it was made never to leave and now should
   */
  public KeyMaterial reuse(Vault vault, String name, String version, boolean exportable) {
    KeyContent content = KeyContent.read(keys.get(vault.partition(), name, version).version().content());
    if (exportable && !content.exportable()) {
      throw ApiError.badParameter("Policy key_props.exportable must be false: the key that is to be used again never leaves.");
    }
    return content.keyMaterial();
  }

  /**
   * The private key of a version in the clear, for the certificate's secret.
   *
   * @return PKCS#8, which whoever asked wipes; empty when it is not exportable
   * @throws ApiError 404 when there is no such version
   */
  public Optional<byte[]> reveal(Vault vault, String name, String version) {
    KeyContent content = KeyContent.read(keys.get(vault.partition(), name, version).version().content());
    return content.exportable() ? KeyEngines.of(vault, content).reveal(content.sealed()) : Optional.empty();
  }

  /** Signs a digest, whatever the key's attributes and operations. */
  public byte[] sign(Vault vault, KeyMaterial key, SignatureAlgorithm algorithm, byte[] digest) {
    return KeyEngines.of(vault, key.kty()).sign(key.sealed(), algorithm, digest);
  }

  /**
   * Stores a version.
   *
   * @throws ApiError 409 when a key of this name exists that is no certificate's, or is deleted but recoverable
   */
  public void add(Handle handle, Vault vault, String name, String version, KeyMaterial key, boolean exportable,
      KeyAttributes attributes) {
    Optional<Found> existing = keys.find(handle, vault.partition(), name);
    if (existing.isPresent() && existing.get().object().deletion() == null
        && !KeyContent.read(existing.get().version().content()).managed()) {
      throw new ApiError(409, "Conflict",
          "A key named " + name + " exists that belongs to no certificate. Choose another name.");
    }
    KeyContent content = KeyContent.of(key, KeyTypes.operations(key.kty(), null, false, false), true, exportable, null);
    keys.add(handle, vault.partition(), name, stored(version, attributes, attributes.updated(), content.write()), null);
  }

  /** Gives a version the attributes and tags of its certificate. @throws ApiError 404 when there is none */
  public void update(Handle handle, Vault vault, String name, String version, KeyAttributes attributes) {
    Found found = keys.get(handle, vault.partition(), name, version);
    keys.update(handle, vault.partition(), found.object(),
        stored(found.version().version(), attributes, found.version().created(), found.version().content()));
  }

  /** @throws ApiError 404 when there is none */
  public void delete(Handle handle, Vault vault, String name, Deletion deletion) {
    keys.delete(handle, vault.partition(), name, deletion);
  }

  /** @throws ApiError 404 when there is none */
  public void recover(Handle handle, Vault vault, String name) {
    keys.recover(handle, vault.partition(), name);
  }

  /** @throws ApiError 404 when there is none */
  public void purge(Handle handle, Vault vault, String name) {
    keys.purge(handle, vault.partition(), name);
  }

  /**
   * What a certificate says of its key.
   *
   * @param notBefore null for no bound
   * @param expires null for no bound
   * @param updated now
   */
  public record KeyAttributes(boolean enabled, Instant notBefore, Instant expires, Instant updated,
      Map<String, String> tags) { }

  private static StoredVersion stored(String version, KeyAttributes attributes, Instant created, byte[] content) {
    return new StoredVersion(version, attributes.enabled(), attributes.notBefore(), attributes.expires(), created,
        attributes.updated(), attributes.tags(), content);
  }
}
