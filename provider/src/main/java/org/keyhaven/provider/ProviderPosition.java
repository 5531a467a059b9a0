package org.keyhaven.provider;

import java.security.InvalidParameterException;
import java.security.Provider;
import java.security.Security;

/**
 * Where the provider stands. JCA does not say whether it was asked for by name. Where it stands before every other provider
 * of an algorithm, anyone's {@code getInstance} comes here, JSSE's for its ephemeral keys above all; so there a generator
 * only takes a {@link VaultKeyGenParameterSpec}, and refuses everything else, upon which JCA takes the next provider.
 */
final class ProviderPosition {
  private ProviderPosition() { }

  /** @throws InvalidParameterException where it cannot be told who asks */
  static void check(String type, String algorithm) {
    for (Provider installed : Security.getProviders(type + "." + algorithm)) {
      if (KeyhavenProvider.isOurs(installed)) {
        throw new InvalidParameterException("Keyhaven stands before the other providers of " + algorithm + " keys, where it"
            + " cannot tell who asks: put it behind them, or initialize with a VaultKeyGenParameterSpec");
      }
      return;
    }
  }
}
