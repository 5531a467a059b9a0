package org.keyhaven.provider;

import java.security.InvalidParameterException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The properties of Microsoft's provider, azure-security-keyvault-jca 2.10.1 to 2.13.0, in our terms (docs/migrate.md
 * has the table). Each is understood or refused; names that neither provider knows are nobody's business here.
 */
final class MicrosoftProperties {
  /** What the names start with. */
  static final String PREFIX = "azure.keyvault.";

  static final String URI = "azure.keyvault.uri";
  static final String ALIAS_FILTER = "azure.keyvault.jca.certificate-alias-filter-pattern";

  private static final Map<String, Setting> SAME_VALUE = Map.of(
      URI, Setting.VAULT_URL,
      "azure.keyvault.tenant-id", Setting.TENANT_ID,
      "azure.keyvault.client-id", Setting.CLIENT_ID,
      "azure.keyvault.client-secret", Setting.CLIENT_SECRET,
      "azure.keyvault.access-token", Setting.TOKEN,
      "azure.keyvault.managed-identity", Setting.MANAGED_IDENTITY);
  private static final String UNVERIFIED = "azure.keyvault.disable-challenge-resource-verification";
  /** The first goes before the second. */
  private static final List<String> INTERVALS = List.of("azure.keyvault.jca.certificates-refresh-interval-in-ms",
      "azure.keyvault.jca.certificates-refresh-interval");
  /** Nothing is to be done for them: refreshes are regular, and no address in a certificate is ever called. */
  private static final Set<String> IDLE = Set.of("azure.keyvault.jca.refresh-certificates-when-have-un-trust-certificate",
      "azure.keyvault.jca.disable-aia-download");
  private static final List<String> FOLDERS = List.of("azure.cert-path.well-known", "azure.cert-path.custom");

  private MicrosoftProperties() { }

  static boolean knows(String name) {
    return SAME_VALUE.containsKey(name) || name.equals(UNVERIFIED) || INTERVALS.contains(name) || IDLE.contains(name)
        || name.equals(ALIAS_FILTER) || name.startsWith(ALIAS_FILTER + ".");
  }

  /**
   * What they say, alias filters aside.
   *
   * @throws InvalidParameterException for a value that is malformed, or a property that a key store of Keyhaven cannot
   *     honour
   */
  static Map<Setting, String> read(Properties properties) {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (String folder : FOLDERS) {
      if (!properties.getProperty(folder, "").isBlank()) {
        throw new InvalidParameterException(folder + " is not supported: Keyhaven's key stores show a vault and no files."
            + " Import the certificates into a PKCS#12 trust store, give that to the TrustManagerFactory, and remove the"
            + " property (docs/migrate.md)");
      }
    }
    for (Map.Entry<String, Setting> same : SAME_VALUE.entrySet()) {
      String value = properties.getProperty(same.getKey());
      if (value != null) {
        values.put(same.getValue(), value);
      }
    }
    if (Boolean.parseBoolean(properties.getProperty(UNVERIFIED))) {
      values.put(Setting.CHALLENGE_VERIFICATION, "false");
    }
    for (String name : INTERVALS) {
      String interval = properties.getProperty(name, "").strip();
      if (!interval.isEmpty()) {
        interval(values, name, interval);
        break;
      }
    }
    return values;
  }

  /** Zero, Microsoft's default, says never; that would hide every rotation, so that ours holds. */
  private static void interval(Map<Setting, String> values, String name, String text) {
    Duration interval;
    try {
      interval = text.startsWith("P") ? Duration.parse(text) : Duration.ofMillis(Long.parseLong(text));
    } catch (DateTimeParseException | NumberFormatException e) {
      throw new InvalidParameterException(name + " must be milliseconds, or a duration such as PT30S, not: " + text);
    }
    if (!interval.isZero()) {
      values.put(Setting.CACHE_REFRESH, interval.toString());
    }
  }
}
