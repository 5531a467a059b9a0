package org.keyhaven.server.keys;

import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyTransferBlob;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.hsm.ClearKey;
import org.keyhaven.server.hsm.GeneratedKey;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.vaults.Vault;
import tools.jackson.core.JacksonException;

/**
 * Taking keys that were made elsewhere: in the clear, or wrapped for the vault's HSM ("Bring your own key specification").
 * Thread-safe.
 */
final class KeyImport {
  private final KeyAccess access;

  KeyImport(KeyAccess access) {
    this.access = access;
  }

  /**
   * Takes a key.
   *
   * @param kty one that the vault has ({@link KeyTypes#in})
   * @throws ApiError 400 when it is no such key, or none that the vault takes
   */
  KeyMaterial take(Vault vault, String id, KeyType kty, PrivateJsonWebKey key, boolean exportable) {
    if (key.keyHsm() == null) {
      return take(vault, id, kty, clear(key), exportable);
    }
    KeyEngine engine = KeyEngines.of(vault, kty);
    return material(kty, engine, unwrap(vault, engine, id, kty, key.keyHsm(), exportable));
  }

  /**
   * Takes a key in the clear, and wipes it.
   *
   * @throws ApiError 400 when its parts do not belong together
   */
  static KeyMaterial take(Vault vault, String id, KeyType kty, ClearKey key, boolean exportable) {
    KeyEngine engine = KeyEngines.of(vault, kty);
    return material(kty, engine, engine.importKey(id, key, exportable));
  }

  private static KeyMaterial material(KeyType kty, KeyEngine engine, GeneratedKey taken) {
    return new KeyMaterial(kty, taken.publicKey(), taken.sealed(), engine.platform());
  }

  private GeneratedKey unwrap(Vault vault, KeyEngine engine, String id, KeyType kty, byte[] json, boolean exportable) {
    if (!kty.hsm()) {
      throw ApiError.badParameter("Property 'key.key_hsm' holds a key that was wrapped for an HSM: set key.kty to "
          + KeyType.of(kty.family(), true) + ".");
    }
    KeyTransferBlob blob = read(json);
    ObjectId kid = blob.header().kid();
    KeyAccess.Usable kek = access.find(vault, kid.name(), kid.version(), KeyOperation.IMPORT);
    if (kek.key().keeper() != null && !kek.key().keeper().equals(vault.id())) {
      throw ApiError.badParameter("The key exchange key was restored from another vault: import through one made in this.");
    }
    return engine.importWrapped(id, kek.key().sealed(), blob.ciphertext(), kty.family(), exportable);
  }

  private static KeyTransferBlob read(byte[] json) {
    KeyTransferBlob blob;
    try {
      blob = Json.mapper().readValue(json, KeyTransferBlob.class);
    } catch (JacksonException e) {
      throw new ApiError(400, "BadParameter", null, "Property 'key.key_hsm' is not the JSON of a key transfer blob.", e);
    }
    if (blob == null || !KeyTransferBlob.SCHEMA_VERSION.equals(blob.schemaVersion()) || blob.header() == null
        || blob.ciphertext() == null) {
      throw ApiError.badParameter("Property 'key.key_hsm' must be a key transfer blob of schema_version "
          + KeyTransferBlob.SCHEMA_VERSION + " with header and ciphertext.");
    }
    KeyTransferBlob.Header header = blob.header();
    if (!KeyTransferBlob.DIRECT.equals(header.alg()) || !KeyTransferBlob.CKM_RSA_AES_KEY_WRAP.equals(header.enc())) {
      throw ApiError.badParameter("Property 'key.key_hsm': the header must have alg " + KeyTransferBlob.DIRECT + " and enc "
          + KeyTransferBlob.CKM_RSA_AES_KEY_WRAP + ".");
    }
    if (header.kid() == null || header.kid().version() == null
        || !header.kid().collection().equals(Collection.KEYS.wireName())) {
      throw ApiError.badParameter("Property 'key.key_hsm': header.kid must be the identifier of a key exchange key of this "
          + "vault, with its version.");
    }
    return blob;
  }

  private static ClearKey clear(PrivateJsonWebKey key) {
    return switch (key.kty().family()) {
      case RSA -> new ClearKey.Rsa(required(key.n(), "n"), required(key.e(), "e"), required(key.d(), "d"),
          required(key.p(), "p"), required(key.q(), "q"), required(key.dp(), "dp"), required(key.dq(), "dq"),
          required(key.qi(), "qi"));
      case EC -> {
        if (key.crv() == null) {
          throw ApiError.badParameter("Property 'key.crv' is required for a key of type " + key.kty() + ".");
        }
        yield new ClearKey.Ec(key.crv(), required(key.x(), "x"), required(key.y(), "y"), required(key.d(), "d"));
      }
      case OCT -> new ClearKey.Oct(required(key.k(), "k"));
    };
  }

  private static byte[] required(byte[] part, String name) {
    if (part == null || part.length == 0) {
      throw ApiError.badParameter("Property 'key." + name + "' is required for such a key.");
    }
    return part;
  }
}
