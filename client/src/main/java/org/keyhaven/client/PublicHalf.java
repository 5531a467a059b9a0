package org.keyhaven.client;

import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Optional;
import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.ObjectId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What came of asking for the public half of a key. */
sealed interface PublicHalf {

  /** @param local empty for a symmetric key */
  record Shown(JsonWebKey key, Optional<LocalCryptography> local) implements PublicHalf {
    @Override
    public Optional<LocalCryptography> here(KeyOperation operation) {
      return local.filter(found -> found.can(operation));
    }
  }

  /** The caller may not see it. */
  record Hidden() implements PublicHalf {
    private static final Logger LOG = LoggerFactory.getLogger(PublicHalf.class);

    @Override
    public Optional<LocalCryptography> here(KeyOperation operation) {
      return Optional.empty();
    }
  }

  /** The key in this process, where that serves for the operation. */
  Optional<LocalCryptography> here(KeyOperation operation);

  /** Whether there is any use in asking: a symmetric key has no public half. */
  static boolean helps(KeyType.Family family) {
    return family != KeyType.Family.OCT;
  }

  /** @throws VaultException when there is no key in it, or one that is none */
  static Shown of(KeyBundle bundle, ObjectId kid) {
    JsonWebKey key = keyOf(bundle);
    if (key.kty().family() == KeyType.Family.OCT) {
      return new Shown(key, Optional.empty());
    }
    try {
      return new Shown(key, Optional.of(LocalCryptography.of(bundle, InstantSource.system())));
    } catch (GeneralSecurityException e) {
      throw new VaultException(Details.local("BadKey", "the key " + kid + " is " + Failures.reason(e), null, e));
    }
  }

  /** @throws VaultException when there is none */
  static JsonWebKey keyOf(KeyBundle bundle) {
    JsonWebKey key = bundle.key();
    if (key == null || key.kty() == null) {
      throw new VaultException(Details.local("UnexpectedAnswer", "the vault answered without a key", null, null));
    }
    return key;
  }

  /** @throws VaultException the refusal itself, when it is not for want of a permission */
  static Hidden hidden(VaultException.Forbidden refusal, ObjectId kid) {
    String permission = refusal.permission().orElseThrow(() -> refusal);
    Hidden.LOG.info("{} is not granted on {}: the vault is asked to verify, encrypt and wrap, which could be done here",
        permission, kid);
    return new Hidden();
  }
}
