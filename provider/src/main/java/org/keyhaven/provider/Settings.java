package org.keyhaven.provider;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.InvalidParameterException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.wire.ObjectId;

/**
 * A configuration, resolved.
 *
 * <p>Here and where settings are read there are loops in place of lambdas: most programs come by once, and linking a
 * lambda costs as much as loading a class, of the time to the first signature.
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
    String vault = find(sources, Setting.VAULT_URL);
    if (vault == null) {
      throw new InvalidParameterException(
          "no vault: set " + Setting.VAULT_URL.property() + " (environment: " + Setting.VAULT_URL.variable() + ")");
    }
    URI vaultUrl = https(Setting.VAULT_URL, vault);
    String aliases = find(sources, Setting.ALIAS_FILTER);
    Connection connection = new Connection(vaultUrl, path(sources, Setting.CA_FILE), path(sources, Setting.CHAIN_FILE),
        tokenSource != null ? new Credentials.Custom(tokenSource) : Credentials.of(sources, vaultUrl),
        duration(sources, Setting.TIMEOUT, DEFAULT_TIMEOUT), duration(sources, Setting.CACHE_REFRESH, DEFAULT_CACHE_REFRESH),
        aliases == null ? AliasFilter.NONE : new AliasFilter(aliases.lines().toList()),
        isOn(sources, Setting.CHALLENGE_VERIFICATION));
    KeyName keyName = keyName(sources, Setting.KEY_NAME, true);
    return new Settings(connection, keyName != null ? keyName : keyName(sources, Setting.KEY_NAME_PREFERRED, false),
        isOn(sources, Setting.KEY_HSM));
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

  /** Null when no source has it. */
  private static String find(List<SettingsSource> sources, Setting setting) {
    for (SettingsSource source : sources) {
      String text = source.values().get(setting);
      if (text != null) {
        return text;
      }
    }
    return null;
  }

  private static KeyName keyName(List<SettingsSource> sources, Setting setting, boolean required) {
    String name = find(sources, setting);
    if (name == null) {
      return null;
    }
    if (!ObjectId.isName(name)) {
      throw malformed(setting, name, "1 to 127 letters, digits and hyphens");
    }
    return new KeyName(name, required);
  }

  private static Path path(List<SettingsSource> sources, Setting setting) {
    String text = find(sources, setting);
    return text == null ? null : path(setting, text);
  }

  static Path path(Setting setting, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw malformed(setting, text, "a file");
    }
  }

  /** What is not set is on. */
  private static boolean isOn(List<SettingsSource> sources, Setting setting) {
    String text = find(sources, setting);
    return text == null || bool(setting, text);
  }

  private static boolean bool(Setting setting, String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw malformed(setting, text, "true or false");
    };
  }

  private static Duration duration(List<SettingsSource> sources, Setting setting, Duration otherwise) {
    String text = find(sources, setting);
    return text == null ? otherwise : duration(setting, text);
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
