package org.keyhaven.server.keys;

import java.util.Arrays;
import org.keyhaven.client.wire.KeyReleasePolicy;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.keys.release.ReleasePolicy;
import org.keyhaven.server.vaults.Vault;
import org.keyhaven.server.vaults.VaultKind;

/**
 * Which keys have release policies, and what becomes of these: a key is exportable with a policy or not at all, by an HSM
 * alone, from its making on; and one for secure wrapping has a policy that says for whom it unwraps, and is not exportable.
 * Messages start with the service's own numbers.
 */
final class ReleaseTerms {
  private static final String CONTENT_TYPE = "application/json; charset=utf-8";

  private ReleaseTerms() { }

  /**
   * @param asked null for none
   * @return the policy to be stored; null for a key that is not exportable
   * @throws ApiError 400 when the two do not go together, the policy is none, or the key is a software key
   */
  static KeyReleasePolicy ofNewKey(KeyType kty, Vault vault, boolean exportable, KeyReleasePolicy asked) {
    if (!exportable) {
      if (asked != null) {
        throw nonExportable();
      }
      return null;
    }
    if (asked == null) {
      throw ApiError.badParameter("AKV.SKR.1004: Exportable keys must have release policy.");
    }
    if (!kty.hsm() && vault.kind() == VaultKind.VAULT) {
      throw ApiError.badParameter("AKV.SKR.1006: Exportable keys must be HSM keys: ask for " + KeyType.of(kty.family(), true)
          + ".");
    }
    return complete(asked);
  }

  /**
   * As {@link #ofNewKey}, for a key that does nothing but secure wrapping.
   *
   * @throws ApiError 400 when the vault has no such keys, or it is exportable or without a policy
   */
  static KeyReleasePolicy ofSecureKey(Vault vault, boolean exportable, KeyReleasePolicy asked) {
    if (vault.kind() != VaultKind.MANAGED_HSM || exportable || asked == null) {
      throw ApiError.badParameter("A key with the operations secureWrapKey and secureUnwrapKey is one of a Managed HSM, has "
          + "a release policy and is not exportable.");
    }
    return complete(asked);
  }

  /**
   * A key after an update.
   *
   * @param exportable what the request says; null for nothing
   * @param asked the new policy; null leaves the old one
   */
  static KeyContent changed(KeyContent key, Boolean exportable, KeyReleasePolicy asked) {
    if (exportable != null && exportable != key.exportable()) {
      throw ApiError.badParameter("AKV.SKR.1014: Cannot modify the exportable state of a key.");
    }
    if (asked == null) {
      return key;
    }
    if (key.releasePolicy() == null) {
      throw nonExportable();
    }
    KeyReleasePolicy policy = complete(asked);
    if (key.releasePolicy().immutable() && !same(policy, key.releasePolicy())) {
      throw ApiError.badParameter("AKV.SKR.1020: Immutable Key Release Policy cannot be modified.");
    }
    return key.withReleasePolicy(policy);
  }

  private static KeyReleasePolicy complete(KeyReleasePolicy asked) {
    String type = asked.contentType() == null ? CONTENT_TYPE : asked.contentType();
    String bare = type.replace(" ", "").replace("\"", "");
    if (!bare.equalsIgnoreCase("application/json") && !bare.regionMatches(true, 0, "application/json;", 0, 17)) {
      throw ApiError.badParameter("Property 'release_policy.contentType' must be " + CONTENT_TYPE + ".");
    }
    if (asked.data() == null) {
      throw ApiError.badParameter("Property 'release_policy.data' is required.");
    }
    ReleasePolicy.parse(asked.data());
    return new KeyReleasePolicy(type, asked.data(), Boolean.TRUE.equals(asked.immutable()));
  }

  private static boolean same(KeyReleasePolicy one, KeyReleasePolicy other) {
    return one.immutable().equals(other.immutable()) && one.contentType().equals(other.contentType())
        && Arrays.equals(one.data(), other.data());
  }

  private static ApiError nonExportable() {
    return ApiError.badParameter("AKV.SKR.1005: Non-exportable keys must not have release policy.");
  }
}
