package org.keyhaven.provider;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.InvalidParameterException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.wire.ObjectId;

/**
 * A configuration, resolved.
 *
 * @param connection what a session is made of
 * @param keyName the name of the next generated key; null for a random one
 * @param keyHsm whether generated keys are protected by an HSM
 */
record Settings(Connection connection, KeyName keyName, boolean keyHsm) {

  /** @param required false when any other name does as well, should this one be taken */
  record KeyName(String name, boolean required) { }

  /**
   * How to reach a vault. Equal ones share one session; so only what a session depends on is in here.
   *
   * @param caFile PEM certificates to trust in place of the platform's; null for the platform's
   * @param chainFile PEM of issuers that complete the chains of a vault which shows leaves alone; null for none
   * @param timeout the longest a call takes in all
   * @param cacheRefresh the age at which a listing or an entry is asked for again
   * @param aliases what key stores show of the vault
   * @param challengeVerification whether a token is got only for an audience that is the vault's own
   */
  record Connection(URI vaultUrl, Path caFile, Path chainFile, Credentials credentials, Duration timeout,
      Duration cacheRefresh, AliasFilter aliases, boolean challengeVerification) {
    /** Few have one vault. What the compiler makes of a record links a method handle per member: 30 ms of a tool's life. */
    @Override
    public int hashCode() {
      return vaultUrl.hashCode();
    }
  }

  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DEFAULT_CACHE_REFRESH = Duration.ofSeconds(60);

  /**
   * Reads the sources, the first of which goes before the others.
   *
   * @param tokenSource in place of any configured credentials; null for those
   * @throws InvalidParameterException with a reason of one line when something is missing or malformed
   */
  static Settings of(List<SettingsSource> sources, TokenSource tokenSource) {
    URI vaultUrl = https(Setting.VAULT_URL, find(sources, Setting.VAULT_URL).orElseThrow(() -> new InvalidParameterException(
        "no vault: set " + Setting.VAULT_URL.property() + " (environment: " + Setting.VAULT_URL.variable() + ")")));
    Connection connection = new Connection(vaultUrl,
        find(sources, Setting.CA_FILE).map(text -> path(Setting.CA_FILE, text)).orElse(null),
        find(sources, Setting.CHAIN_FILE).map(text -> path(Setting.CHAIN_FILE, text)).orElse(null),
        tokenSource != null ? new Credentials.Custom(tokenSource) : Credentials.of(sources, vaultUrl),
        find(sources, Setting.TIMEOUT).map(text -> duration(Setting.TIMEOUT, text)).orElse(DEFAULT_TIMEOUT),
        find(sources, Setting.CACHE_REFRESH).map(text -> duration(Setting.CACHE_REFRESH, text))
            .orElse(DEFAULT_CACHE_REFRESH),
        find(sources, Setting.ALIAS_FILTER).map(text -> new AliasFilter(text.lines().toList())).orElse(AliasFilter.NONE),
        find(sources, Setting.CHALLENGE_VERIFICATION).map(text -> bool(Setting.CHALLENGE_VERIFICATION, text)).orElse(true));
    KeyName keyName = keyName(sources, Setting.KEY_NAME, true).or(() -> keyName(sources, Setting.KEY_NAME_PREFERRED, false))
        .orElse(null);
    return new Settings(connection, keyName,
        find(sources, Setting.KEY_HSM).map(text -> bool(Setting.KEY_HSM, text)).orElse(true));
  }

  /** An https address with a host. */
  static URI https(Setting setting, String text) {
    try {
      URI uri = new URI(text);
      if ("https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw malformed(setting, text, "an address such as https://myvault.vault.azure.net");
    }
    throw malformed(setting, text, "an address such as https://myvault.vault.azure.net");
  }

  private static Optional<String> find(List<SettingsSource> sources, Setting setting) {
    return sources.stream().flatMap(source -> source.get(setting).stream()).findFirst();
  }

  private static Optional<KeyName> keyName(List<SettingsSource> sources, Setting setting, boolean required) {
    return find(sources, setting).map(name -> {
      if (!ObjectId.isName(name)) {
        throw malformed(setting, name, "1 to 127 letters, digits and hyphens");
      }
      return new KeyName(name, required);
    });
  }

  static Path path(Setting setting, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw malformed(setting, text, "a file");
    }
  }

  private static boolean bool(Setting setting, String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw malformed(setting, text, "true or false");
    };
  }

  private static Duration duration(Setting setting, String text) {
    try {
      Duration duration = text.chars().allMatch(c -> c >= '0' && c <= '9')
          ? Duration.ofSeconds(Long.parseLong(text)) : Duration.parse(text);
      if (!duration.isNegative() && !duration.isZero() && duration.compareTo(LONGEST) <= 0) {
        return duration;
      }
    } catch (DateTimeParseException | NumberFormatException e) {
      throw malformed(setting, text, "seconds, or a duration such as PT30S");
    }
    throw malformed(setting, text, "longer than zero and at most a day");
  }

  private static InvalidParameterException malformed(Setting setting, String value, String wanted) {
    return new InvalidParameterException(setting.property() + " must be " + wanted + ", not: " + value);
  }
}
