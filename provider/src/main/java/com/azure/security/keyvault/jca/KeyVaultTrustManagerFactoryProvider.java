package com.azure.security.keyvault.jca;

import java.security.Provider;

/**
 * Refused. Microsoft's provider of this name takes the JVM's {@code PKIX} trust managers over, and then trusts every
 * certificate that is in the vault. Trust a vault's certificates where you mean to: {@code
 * TrustManagerFactory.init(keyStore)}.
 */
public final class KeyVaultTrustManagerFactoryProvider extends Provider {
  private static final long serialVersionUID = 1L;

  /** @throws UnsupportedOperationException always */
  public KeyVaultTrustManagerFactoryProvider() {
    super("AzureKeyVaultTrustManagerFactory", "1", "refused");
    throw new UnsupportedOperationException("Keyhaven takes over no trust managers of the JVM: leave this provider out,"
        + " and give the key store to the JDK's TrustManagerFactory where its certificates are to be trusted (docs/migrate.md)");
  }
}
