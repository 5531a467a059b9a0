package com.azure.security.keyvault.jca;

import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.keyhaven.provider.AsKeyhavenParameter;
import org.keyhaven.provider.KeyhavenLoadStoreParameter;

/**
 * Which vault, and how to sign in, as programs for Microsoft's provider say it. What is null here is looked for where
 * Keyhaven looks otherwise. A client secret goes to the authority of the system property {@code
 * keyhaven.authority.host}, or to that of the vault's cloud. Not thread-safe.
 */
public final class KeyVaultLoadStoreParameter implements AsKeyhavenParameter {
  private final String uri;
  private final String tenantId;
  private final String clientId;
  private final String clientSecret;
  private final String managedIdentity;
  private String accessToken;
  private boolean verifying = true;
  private long refreshMillis;
  private Set<String> aliasFilters = Set.of();

  /** @param keyVaultUri the vault, {@code https://…}; null to have it looked for in the configuration */
  public KeyVaultLoadStoreParameter(String keyVaultUri) {
    this(keyVaultUri, null, null, null, null);
  }

  /** @param managedIdentity as {@code keyhaven.managed.identity} */
  public KeyVaultLoadStoreParameter(String keyVaultUri, String managedIdentity) {
    this(keyVaultUri, null, null, null, managedIdentity);
  }

  public KeyVaultLoadStoreParameter(String keyVaultUri, String tenantId, String clientId, String clientSecret) {
    this(keyVaultUri, tenantId, clientId, clientSecret, null);
  }

  /** @param managedIdentity used where client id or secret are null */
  public KeyVaultLoadStoreParameter(String keyVaultUri, String tenantId, String clientId, String clientSecret,
      String managedIdentity) {
    this.uri = keyVaultUri;
    this.tenantId = tenantId;
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.managedIdentity = managedIdentity;
  }

  @Override
  public KeyhavenLoadStoreParameter asKeyhaven() {
    KeyhavenLoadStoreParameter.Builder builder = KeyhavenLoadStoreParameter.builder();
    if (uri != null) {
      builder.vaultUrl(uri);
    }
    if (accessToken != null) {
      builder.token(accessToken);
    }
    if (clientId != null && clientSecret != null) {
      builder.clientSecret(clientId, clientSecret);
      if (tenantId != null) {
        builder.tenantId(tenantId);
      }
      authority(builder);
    } else if (managedIdentity != null) {
      builder.managedIdentity(managedIdentity);
    }
    if (!verifying) {
      builder.challengeVerification(false);
    }
    if (refreshMillis > 0) {
      builder.cacheRefresh(Duration.ofMillis(refreshMillis));
    }
    if (!aliasFilters.isEmpty()) {
      builder.aliasFilter(aliasFilters);
    }
    return builder.build();
  }

  /** Microsoft's class has no word for it: it asks the vault, which may be a rogue. */
  private static void authority(KeyhavenLoadStoreParameter.Builder builder) {
    String authority = System.getProperty("keyhaven.authority.host");
    if (authority != null) {
      builder.authorityHost(authority);
      String ca = System.getProperty("keyhaven.ca.file");
      if (ca != null) {
        builder.caFile(Path.of(ca));
      }
    }
  }

  /** Null: a vault has no password. */
  @Override
  public KeyStore.ProtectionParameter getProtectionParameter() {
    return null;
  }

  public String getUri() {
    return uri;
  }

  public String getTenantId() {
    return tenantId;
  }

  public String getClientId() {
    return clientId;
  }

  public String getClientSecret() {
    return clientSecret;
  }

  public String getManagedIdentity() {
    return managedIdentity;
  }

  public String getAccessToken() {
    return accessToken;
  }

  /** A bearer token, which goes before all other credentials; null for none. Since Microsoft's 2.11. */
  public KeyVaultLoadStoreParameter setAccessToken(String token) {
    this.accessToken = token;
    return this;
  }

  /** As {@code keyhaven.challenge.verification=false}. */
  public void disableChallengeResourceVerification() {
    verifying = false;
  }

  /** As {@code keyhaven.cache.refresh}; 0 for the default. Since Microsoft's 2.13. */
  public KeyVaultLoadStoreParameter setCertificatesRefreshIntervalInMs(long interval) {
    this.refreshMillis = interval;
    return this;
  }

  /** As {@code keyhaven.alias.filter}; null for none. Since Microsoft's 2.13. */
  public KeyVaultLoadStoreParameter setCertificateAliasFilterPatterns(Set<String> patterns) {
    this.aliasFilters = patterns == null ? Set.of() : new HashSet<>(patterns);
    return this;
  }

  /** The vault, and no credentials. */
  @Override
  public String toString() {
    return "KeyVaultLoadStoreParameter[" + uri + "]";
  }
}
