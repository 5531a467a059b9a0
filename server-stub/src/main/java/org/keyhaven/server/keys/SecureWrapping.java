package org.keyhaven.server.keys;

import java.net.URI;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyOperationParameters;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.Keys.SecureKeyResult;
import org.keyhaven.client.wire.Keys.SecureKeyUnwrapParameters;
import org.keyhaven.client.wire.Keys.SecureKeyWrapParameters;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.keys.release.ReleaseDecision;
import org.keyhaven.server.keys.release.ReleasePolicy;
import org.keyhaven.server.vaults.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AES-256 keys for trusted environments: nobody sees one when it is made, for it comes out wrapped, and it is unwrapped only
 * for an environment that the release policy of the wrapping key trusts (OpenAPI 2026-04-01: securewrapkey,
 * secureunwrapkey). Thread-safe.
 */
final class SecureWrapping {
  private static final Logger LOG = LoggerFactory.getLogger(SecureWrapping.class);
  private static final int KEY_BYTES = 32;
  /** OpenAPI: JsonWebKeyWrapAlgorithm. */
  private static final Set<EncryptionAlgorithm> ALGORITHMS = EnumSet.of(EncryptionAlgorithm.RSA_OAEP_256,
      EncryptionAlgorithm.A128KW, EncryptionAlgorithm.A192KW, EncryptionAlgorithm.A256KW, EncryptionAlgorithm.A128KWPAD,
      EncryptionAlgorithm.A192KWPAD, EncryptionAlgorithm.A256KWPAD, EncryptionAlgorithm.CKM_AES_KEY_WRAP,
      EncryptionAlgorithm.CKM_AES_KEY_WRAP_PAD);

  private final KeyAccess access;
  private final KeyCryptography cryptography;
  private final ReleaseDecision decision;

  SecureWrapping(KeyAccess access, ReleaseDecision decision) {
    this.access = access;
    this.cryptography = new KeyCryptography(access);
    this.decision = decision;
  }

  SecureKeyResult wrap(Vault vault, URI base, String name, String version, SecureKeyWrapParameters asked) {
    requireAlgorithm(asked.alg());
    byte[] key = KeyEngines.of(vault, KeyType.OCT_HSM).random(KEY_BYTES);
    try {
      KeyOperationResult wrapped = cryptography.encrypt(vault, base, name, version, KeyOperation.SECURE_WRAP_KEY,
          new KeyOperationParameters(asked.alg(), key, null, null, null));
      return new SecureKeyResult(wrapped.kid(), asked.alg(), wrapped.value());
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** @throws ApiError 403 when the key's release policy does not trust the environment; nothing is unwrapped then */
  SecureKeyResult unwrap(Vault vault, URI base, String name, String version, SecureKeyUnwrapParameters asked) {
    requireAlgorithm(asked.alg());
    if (asked.target() == null) {
      throw ApiError.badParameter("Property 'target' is required.");
    }
    KeyAccess.Usable usable = access.find(vault, name, version, KeyOperation.SECURE_UNWRAP_KEY);
    URI authority = decision.requireTrusted(ReleasePolicy.parse(usable.key().releasePolicy().data()), asked.target());
    // The version that was looked at, whatever is the latest by now.
    String decided = usable.found().version().version();
    KeyOperationResult key = cryptography.decrypt(vault, base, name, decided, KeyOperation.SECURE_UNWRAP_KEY,
        new KeyOperationParameters(asked.alg(), asked.value(), null, null, null));
    LOG.info("{}: key {} version {} unwraps for an environment that {} vouches for", vault, name, decided, authority);
    return new SecureKeyResult(key.kid(), asked.alg(), key.value());
  }

  private static void requireAlgorithm(EncryptionAlgorithm algorithm) {
    if (!ALGORITHMS.contains(algorithm)) {
      throw ApiError.badParameter("Property 'alg' must be one of " + ALGORITHMS + ".");
    }
  }
}
