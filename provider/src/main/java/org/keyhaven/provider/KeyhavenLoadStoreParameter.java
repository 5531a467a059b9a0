package org.keyhaven.provider;

import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.keyhaven.client.TokenSource;

/**
 * The configuration of one key store, which goes before every other; what is not set here comes from where it otherwise
 * does (docs/configuration.md). Immutable.
 *
 * <pre>{@code
 * KeyStore store = KeyStore.getInstance("Keyhaven");
 * store.load(KeyhavenLoadStoreParameter.builder().vaultUrl(URI.create("https://myvault.vault.azure.net")).build());
 * }</pre>
 */
public final class KeyhavenLoadStoreParameter implements KeyStore.LoadStoreParameter {
  private final Map<Setting, String> values;
  private final TokenSource tokenSource;

  private KeyhavenLoadStoreParameter(Builder builder) {
    this.values = new EnumMap<>(builder.values);
    this.tokenSource = builder.tokenSource;
  }

  public static Builder builder() {
    return new Builder();
  }

  SettingsSource source() {
    return new SettingsSource("the load parameter", values);
  }

  /** Null when credentials come from the settings. */
  TokenSource tokenSource() {
    return tokenSource;
  }

  /** Null: a vault has no password. */
  @Override
  public KeyStore.ProtectionParameter getProtectionParameter() {
    return null;
  }

  /** Which settings, and no values. */
  @Override
  public String toString() {
    return values.keySet().toString();
  }

  /** Not thread-safe. Values are checked by {@code KeyStore.load}. */
  public static final class Builder {
    private final Map<Setting, String> values = new EnumMap<>(Setting.class);
    private TokenSource tokenSource;

    private Builder() { }

    /** As {@code keyhaven.vault.url}. */
    public Builder vaultUrl(URI address) {
      return set(Setting.VAULT_URL, address);
    }

    /** As {@code keyhaven.vault.url}, not parsed yet. */
    public Builder vaultUrl(String address) {
      return set(Setting.VAULT_URL, address);
    }

    /** As {@code keyhaven.challenge.verification}. */
    public Builder challengeVerification(boolean verify) {
      return set(Setting.CHALLENGE_VERIFICATION, verify);
    }

    /** As {@code keyhaven.alias.filter}: any of these patterns. */
    public Builder aliasFilter(Collection<String> patterns) {
      return set(Setting.ALIAS_FILTER, String.join("\n", patterns));
    }

    /** As {@code keyhaven.ca.file}. */
    public Builder caFile(Path pem) {
      return set(Setting.CA_FILE, pem);
    }

    /** As {@code keyhaven.chain.file}. */
    public Builder chainFile(Path pem) {
      return set(Setting.CHAIN_FILE, pem);
    }

    /** Any source of tokens; goes before all other credentials. It must be thread-safe. */
    public Builder tokenSource(TokenSource source) {
      this.tokenSource = Objects.requireNonNull(source, "source");
      return this;
    }

    /** As {@code keyhaven.token}. */
    public Builder token(String token) {
      return set(Setting.TOKEN, token);
    }

    /** As {@code keyhaven.token.file}. */
    public Builder tokenFile(Path file) {
      return set(Setting.TOKEN_FILE, file);
    }

    /** As {@code keyhaven.client.id} and {@code keyhaven.client.secret}. */
    public Builder clientSecret(String clientId, String secret) {
      set(Setting.CLIENT_ID, clientId);
      return set(Setting.CLIENT_SECRET, secret);
    }

    /** As {@code keyhaven.tenant.id}. */
    public Builder tenantId(String tenant) {
      return set(Setting.TENANT_ID, tenant);
    }

    /** As {@code keyhaven.managed.identity}. */
    public Builder managedIdentity(String id) {
      return set(Setting.MANAGED_IDENTITY, id);
    }

    /** As {@code keyhaven.authority.host}, not parsed yet. */
    public Builder authorityHost(String authority) {
      return set(Setting.AUTHORITY_HOST, authority);
    }

    /** As {@code keyhaven.authority.host}. */
    public Builder authorityHost(URI authority) {
      return set(Setting.AUTHORITY_HOST, authority);
    }

    /** As {@code keyhaven.timeout}. */
    public Builder timeout(Duration limit) {
      return set(Setting.TIMEOUT, limit);
    }

    /** As {@code keyhaven.cache.refresh}. */
    public Builder cacheRefresh(Duration interval) {
      return set(Setting.CACHE_REFRESH, interval);
    }

    public KeyhavenLoadStoreParameter build() {
      return new KeyhavenLoadStoreParameter(this);
    }

    private Builder set(Setting setting, Object value) {
      values.put(setting, Objects.requireNonNull(value, setting.property()).toString());
      return this;
    }
  }
}
