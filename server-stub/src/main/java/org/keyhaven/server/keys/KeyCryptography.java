package org.keyhaven.server.keys;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.Keys.KeySignParameters;
import org.keyhaven.client.wire.Keys.KeyVerifyParameters;
import org.keyhaven.client.wire.Keys.KeyVerifyResult;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Found;
import org.keyhaven.server.store.StoredVersion;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.Vault;

/**
 * The use of keys. A key must be enabled and permit the operation; outside its time window it only verifies. Thread-safe.
 */
final class KeyCryptography {
  /** What PKCS#1 v1.5 padding takes of a modulus (RFC 8017, section 9.2). */
  private static final int PKCS1_OVERHEAD = 11;

  private final VersionedObjects keys;
  private final Clock clock;

  KeyCryptography(Database database, Clock clock) {
    this.keys = new VersionedObjects(database, Collection.KEYS);
    this.clock = clock;
  }

  KeyOperationResult sign(Vault vault, URI base, String name, String version, KeySignParameters parameters) {
    Found found = keys.get(vault.partition(), name, version);
    KeyContent key = KeyContent.read(found.version().content());
    requireUsable(found.version(), KeyOperation.SIGN);
    requirePermitted(key, KeyOperation.SIGN);
    requireFit(key, parameters.alg());
    requireDigest(key, parameters.alg(), parameters.value(), "value");
    byte[] signature = KeyGeneration.engine(vault, key.kty()).sign(key.sealed(), parameters.alg(), parameters.value());
    return new KeyOperationResult(KeyBodies.kid(base, found, found.version().version()), signature);
  }

  KeyVerifyResult verify(Vault vault, String name, String version, KeyVerifyParameters parameters) {
    Found found = keys.get(vault.partition(), name, version);
    KeyContent key = KeyContent.read(found.version().content());
    requireEnabled(found.version(), KeyOperation.VERIFY);
    requirePermitted(key, KeyOperation.VERIFY);
    requireFit(key, parameters.alg());
    requireDigest(key, parameters.alg(), parameters.digest(), "digest");
    if (parameters.value() == null) {
      throw ApiError.badParameter("Property 'value' is required.");
    }
    return new KeyVerifyResult(
        Verification.verify(key.publicKey(), parameters.alg(), parameters.digest(), parameters.value()));
  }

  private void requireUsable(StoredVersion version, KeyOperation operation) {
    requireEnabled(version, operation);
    Instant now = clock.instant();
    if (version.notBefore() != null && now.isBefore(version.notBefore())) {
      throw forbidden("KeyNotYetValid", "Operation " + operation + " is not allowed on a key before its 'nbf' time.");
    }
    if (version.expires() != null && !now.isBefore(version.expires())) {
      throw forbidden("KeyExpired", "Operation " + operation + " is not allowed on an expired key.");
    }
  }

  private static void requireEnabled(StoredVersion version, KeyOperation operation) {
    if (!version.enabled()) {
      throw forbidden("KeyDisabled", "Operation " + operation + " is not allowed on a disabled key.");
    }
  }

  private static void requirePermitted(KeyContent key, KeyOperation operation) {
    if (!key.keyOps().contains(operation.wireName())) {
      throw forbidden("KeyOperationForbidden", "Operation " + operation + " is not permitted on this key by its key_ops.");
    }
  }

  private static void requireFit(KeyContent key, SignatureAlgorithm algorithm) {
    if (algorithm == null) {
      throw ApiError.badParameter("Property 'alg' is required.");
    }
    if (!algorithm.fits(key.kty().family(), key.crv())) {
      throw ApiError.badParameter("Key and algorithm do not fit: the key is of type " + key.kty()
          + (key.crv() == null ? "" : " on the curve " + key.crv()) + ", the algorithm is " + algorithm + ".");
    }
  }

  private static void requireDigest(KeyContent key, SignatureAlgorithm algorithm, byte[] digest, String property) {
    if (digest == null) {
      throw ApiError.badParameter("Property '" + property + "' is required.");
    }
    if (algorithm.hash() == null) {
      int most = key.n().length - PKCS1_OVERHEAD;
      if (digest.length == 0 || digest.length > most) {
        throw ApiError.badParameter("Property '" + property + "' has " + digest.length + " bytes; " + algorithm
            + " takes 1 to " + most + " with this key.");
      }
    } else if (digest.length != algorithm.hash().bytes()) {
      throw ApiError.badParameter("Property '" + property + "' has " + digest.length + " bytes; " + algorithm + " takes "
          + algorithm.hash().bytes() + ".");
    }
  }

  private static ApiError forbidden(String innerCode, String message) {
    return new ApiError(403, "Forbidden", innerCode, message, null);
  }
}
