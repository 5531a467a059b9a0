package org.keyhaven.server.keys;

import java.util.Optional;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.vaults.Vault;
import org.keyhaven.server.vaults.VaultKeys;

/** Which engine keeps a key. */
final class KeyEngines {
  private KeyEngines() { }

  /** The engine for new keys of a type. @throws ApiError 400 when it is an HSM's and the server runs without one */
  static KeyEngine of(Vault vault, KeyType kty) {
    return choose(kty, vault.software(), vault.hsm());
  }

  /** The engine that a stored key was made by. @throws ApiError 400 when it is an HSM's and the server runs without one */
  static KeyEngine of(Vault vault, KeyContent key) {
    if (key.keeper() == null) {
      return of(vault, key.kty());
    }
    VaultKeys keys = vault.family().keys(key.keeper()).orElseThrow(() ->
        new IllegalStateException("the vault " + key.keeper() + ", which keeps a key that was restored, is not stored"));
    return choose(key.kty(), keys.software(), keys.hsm());
  }

  private static KeyEngine choose(KeyType kty, KeyEngine software, Optional<KeyEngine> hsm) {
    return kty.hsm() ? hsm.orElseThrow(() -> KeyTypes.unsupported("Key type " + kty
        + " needs an HSM, and this server runs without one. Ask for " + KeyType.of(kty.family(), false)
        + " in a vault, or start the server with a PKCS#11 module.")) : software;
  }
}
