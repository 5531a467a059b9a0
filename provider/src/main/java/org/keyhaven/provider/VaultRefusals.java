package org.keyhaven.provider;

import java.security.InvalidKeyException;
import java.security.ProviderException;
import org.keyhaven.client.VaultException;

/** What a vault's refusal becomes where JCA has no word for it. */
final class VaultRefusals {
  private static final int BAD_REQUEST = 400;

  private VaultRefusals() { }

  /** Whether the vault found fault with the data, rather than with caller, key or itself. */
  static boolean ofData(VaultException refusal) {
    return refusal.status() == BAD_REQUEST;
  }

  static ProviderException unchecked(VaultException refusal) {
    return new ProviderException(refusal.getMessage(), refusal);
  }

  static InvalidKeyException invalidKey(VaultException refusal) {
    return new InvalidKeyException(refusal.getMessage(), refusal);
  }
}
