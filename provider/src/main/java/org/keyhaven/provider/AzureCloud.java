package org.keyhaven.provider;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Microsoft's clouds: where their vaults are, and who gives tokens for them. */
enum AzureCloud {
  PUBLIC("https://login.microsoftonline.com", ".vault.azure.net", ".managedhsm.azure.net"),
  CHINA("https://login.chinacloudapi.cn", ".vault.azure.cn", ".managedhsm.azure.cn"),
  US_GOVERNMENT("https://login.microsoftonline.us", ".vault.usgovcloudapi.net", ".managedhsm.usgovcloudapi.net");

  private final URI authority;
  private final List<String> suffixes;

  AzureCloud(String authority, String... suffixes) {
    this.authority = URI.create(authority);
    this.suffixes = List.of(suffixes);
  }

  URI authority() {
    return authority;
  }

  /** The cloud of a vault; empty when it is none of Microsoft's, as far as its name says. */
  static Optional<AzureCloud> of(URI vault) {
    String host = vault.getHost().toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(cloud -> cloud.suffixes.stream().anyMatch(host::endsWith)).findFirst();
  }
}
