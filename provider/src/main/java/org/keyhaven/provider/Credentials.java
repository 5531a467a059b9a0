package org.keyhaven.provider;

import java.net.URI;
import java.nio.file.Path;
import java.security.InvalidParameterException;
import java.util.List;
import java.util.Optional;
import org.keyhaven.client.TokenSource;

/** How to sign in; a value, so that equal settings share one connection pool and one token. */
sealed interface Credentials {
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

  /** Azure's {@code DefaultAzureCredential}: managed identity, workload identity, the CLI, … */
  record AzureDefault() implements Credentials { }

  /**
   * The credentials of the first source that has any. They are taken as a group: a token in the environment never goes to
   * the vault of a file that names a client and its secret.
   */
  static Credentials of(List<SettingsSource> sources) {
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
    }
    if (Credentials.class.getClassLoader().getResource(AZURE_IDENTITY) == null) {
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
    URI authority =
        source.get(Setting.AUTHORITY_HOST).map(text -> Settings.https(Setting.AUTHORITY_HOST, text)).orElse(null);
    Path authorityCa = authority == null ? null
        : source.get(Setting.CA_FILE).map(text -> Settings.path(Setting.CA_FILE, text)).orElse(null);
    return new ClientSecret(source.get(Setting.TENANT_ID).orElse(null), clientId, secret, authority, authorityCa);
  }
}
