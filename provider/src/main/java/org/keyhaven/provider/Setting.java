package org.keyhaven.provider;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The names of the configuration (docs/configuration.md): one row a setting. */
enum Setting {
  VAULT_URL("keyhaven.vault.url", "KEYHAVEN_VAULT_URL", "VAULT_URL"),
  CHALLENGE_VERIFICATION("keyhaven.challenge.verification", "KEYHAVEN_CHALLENGE_VERIFICATION"),
  CA_FILE("keyhaven.ca.file", "KEYHAVEN_CA_FILE", "CA_CERT"),
  CHAIN_FILE("keyhaven.chain.file", "KEYHAVEN_CHAIN_FILE"),
  TOKEN("keyhaven.token", "KEYHAVEN_TOKEN"),
  TOKEN_FILE("keyhaven.token.file", "KEYHAVEN_TOKEN_FILE"),
  TENANT_ID("keyhaven.tenant.id", "AZURE_TENANT_ID", "TENANT_ID"),
  CLIENT_ID("keyhaven.client.id", "AZURE_CLIENT_ID", "CLIENT_ID"),
  CLIENT_SECRET("keyhaven.client.secret", "AZURE_CLIENT_SECRET", "CLIENT_SECRET"),
  MANAGED_IDENTITY("keyhaven.managed.identity", "KEYHAVEN_MANAGED_IDENTITY"),
  AUTHORITY_HOST("keyhaven.authority.host", "AZURE_AUTHORITY_HOST", "AUTHORITY_HOST"),
  KEY_NAME("keyhaven.key.name", "KEYHAVEN_KEY_NAME"),
  KEY_NAME_PREFERRED("keyhaven.key.name.preferred", "KEYHAVEN_KEY_NAME_PREFERRED"),
  KEY_HSM("keyhaven.key.hsm", "KEYHAVEN_KEY_HSM"),
  TIMEOUT("keyhaven.timeout", "KEYHAVEN_TIMEOUT"),
  CACHE_REFRESH("keyhaven.cache.refresh", "KEYHAVEN_CACHE_REFRESH"),
  /** Several patterns stand in lines of their own; as properties they have names with a suffix after a dot. */
  ALIAS_FILTER("keyhaven.alias.filter", "KEYHAVEN_ALIAS_FILTER");

  private final String property;
  private final String variable;
  private final List<String> fileNames;

  /** @param otherFileNames further names in a server's connection.env, too general for the environment of a process */
  Setting(String property, String variable, String... otherFileNames) {
    this.property = property;
    this.variable = variable;
    this.fileNames = Arrays.asList(otherFileNames);
  }

  /** The system property, and the name in a properties file. */
  String property() {
    return property;
  }

  /** The environment variable, also understood in a connection.env. */
  String variable() {
    return variable;
  }

  static Optional<Setting> ofProperty(String name) {
    for (Setting setting : values()) {
      if (setting.property.equals(name)) {
        return Optional.of(setting);
      }
    }
    return Optional.empty();
  }

  /** The setting that a line of a connection.env means; the names of the environment go before the short ones. */
  static Optional<Setting> ofFileVariable(String name) {
    for (Setting setting : values()) {
      if (setting.variable.equals(name) || setting.fileNames.contains(name)) {
        return Optional.of(setting);
      }
    }
    return Optional.empty();
  }
}
