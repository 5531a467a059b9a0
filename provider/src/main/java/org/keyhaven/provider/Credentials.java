package org.keyhaven.provider;

import java.net.URI;
import java.nio.file.Path;
import java.security.InvalidParameterException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.keyhaven.client.TokenSource;

/** How to sign in; a value, so that equal settings share one connection pool and one token. */
sealed interface Credentials {
  /** Any of these settings makes credentials. */
  Set<Setting> PROOFS = Set.of(Setting.TOKEN, Setting.TOKEN_FILE, Setting.CLIENT_SECRET, Setting.MANAGED_IDENTITY);

  /** Every setting that is about credentials alone. */
  Set<Setting> SETTINGS = Set.of(Setting.TOKEN, Setting.TOKEN_FILE, Setting.CLIENT_SECRET, Setting.MANAGED_IDENTITY,
      Setting.CLIENT_ID, Setting.TENANT_ID);

  /** In place of an id: the machine's own identity. */
  String SYSTEM_IDENTITY = "system";

  String AZURE_IDENTITY = "com/azure/identity/DefaultAzureCredentialBuilder.class";

  /** Of the caller's own making. */
  record Custom(TokenSource source) implements Credentials { }

  record Token(String token) implements Credentials {
    @Override
    public String toString() {
      return "a token";
    }
  }

  record TokenFile(Path file) implements Credentials { }

  /**
   * @param tenantId null for the one that the vault names
   * @param authority null for the default one
   * @param authorityCa PEM certificates to trust there, in addition to the platform's; null for none
   */
  record ClientSecret(String tenantId, String clientId, String secret, URI authority, Path authorityCa)
      implements Credentials {
    @Override
    public String toString() {
      return "client " + clientId;
    }
  }

  /** @param id of a user-assigned identity; null for the machine's own */
  record ManagedIdentity(String id) implements Credentials { }

  /** Azure's {@code DefaultAzureCredential}: managed identity, workload identity, the CLI, … */
  record AzureDefault() implements Credentials { }

  /**
   * The credentials of the first source that has any. They are taken as a group: a token in the environment never goes to
   * the vault of a file that names a client and its secret.
   *
   * @param vault one of Microsoft's is signed in to as the machine's managed identity when there is nothing else
   */
  static Credentials of(List<SettingsSource> sources, URI vault) {
    for (SettingsSource source : sources) {
      Optional<String> token = source.get(Setting.TOKEN);
      if (token.isPresent()) {
        return new Token(token.get());
      }
      Optional<String> file = source.get(Setting.TOKEN_FILE);
      if (file.isPresent()) {
        return new TokenFile(Path.of(file.get()));
      }
      Optional<String> secret = source.get(Setting.CLIENT_SECRET);
      if (secret.isPresent()) {
        return clientSecret(source, secret.get());
      }
      Optional<String> identity = source.get(Setting.MANAGED_IDENTITY);
      if (identity.isPresent()) {
        return new ManagedIdentity(identity.filter(id -> !id.equals(SYSTEM_IDENTITY)).orElse(null));
      }
    }
    boolean azureIdentity = Credentials.class.getClassLoader().getResource(AZURE_IDENTITY) != null;
    if (!azureIdentity && AzureCloud.of(vault).isPresent()) {
      return new ManagedIdentity(null);
    }
    if (!azureIdentity) {
      throw new InvalidParameterException("no credentials: set " + Setting.TOKEN.property() + ", "
          + Setting.TOKEN_FILE.property() + ", or " + Setting.CLIENT_ID.property() + " and "
          + Setting.CLIENT_SECRET.property() + " (environment: " + Setting.TOKEN.variable() + ", "
          + Setting.TOKEN_FILE.variable() + ", " + Setting.CLIENT_ID.variable() + " and " + Setting.CLIENT_SECRET.variable()
          + "), or put azure-identity on the class path");
    }
    return new AzureDefault();
  }

  /**
   * Where the secret goes, and who is trusted there, is said where the secret is: whoever can name another vault in a source
   * that goes before, cannot send the secret elsewhere.
   */
  private static Credentials clientSecret(SettingsSource source, String secret) {
    String clientId = source.get(Setting.CLIENT_ID).orElseThrow(() -> new InvalidParameterException(source.description()
        + " has " + Setting.CLIENT_SECRET.property() + " without " + Setting.CLIENT_ID.property()));
    URI named =
        source.get(Setting.AUTHORITY_HOST).map(text -> Settings.https(Setting.AUTHORITY_HOST, text)).orElse(null);
    URI authority = named != null ? named
        : source.get(Setting.VAULT_URL).flatMap(text -> AzureCloud.of(Settings.https(Setting.VAULT_URL, text)))
            .filter(cloud -> cloud != AzureCloud.PUBLIC).map(AzureCloud::authority).orElse(null);
    Path authorityCa = named == null ? null
        : source.get(Setting.CA_FILE).map(text -> Settings.path(Setting.CA_FILE, text)).orElse(null);
    return new ClientSecret(source.get(Setting.TENANT_ID).orElse(null), clientId, secret, authority, authorityCa);
  }
}
