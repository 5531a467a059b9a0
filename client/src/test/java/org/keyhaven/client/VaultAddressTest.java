package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.ApiVersion;

class VaultAddressTest {
  private static final String VAULT = "https://myvault.vault.azure.net";

  private final VaultAddress address = new VaultAddress(URI.create(VAULT), ApiVersion.CLIENT_DEFAULT);

  @ParameterizedTest
  @ValueSource(strings = {VAULT + ":443/keys?$skiptoken=a%20b", "HTTPS://MyVault.vault.azure.net/keys?$skiptoken=a%20b",
      VAULT + "/keys?$skiptoken=a%20b#fragment"})
  void aNextPageHasTheVaultsOwnSpelling(String link) {
    assertThat(address.next(link)).hasToString(VAULT + "/keys?$skiptoken=a%20b");
  }

  @Test
  void aNextPageMayHaveNoQuery() {
    assertThat(address.next(VAULT + "/keys/next")).hasToString(VAULT + "/keys/next");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example/keys", "http://myvault.vault.azure.net/keys", "//myvault.vault.azure.net/keys",
      "/keys?page=2", "keys", "", VAULT + ":8443/keys", VAULT + "@evil.example/keys", "https://me@myvault.vault.azure.net/keys",
      VAULT + ".evil.example/keys", "mailto:somebody", "https:/keys", "https://evil.example\\@myvault.vault.azure.net/keys"})
  void aNextPageOutsideOfTheVaultIsRefused(String link) {
    assertThatThrownBy(() -> address.next(link)).isInstanceOf(VaultException.class)
        .hasMessageContaining("outside of itself");
  }
}
