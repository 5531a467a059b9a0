package org.keyhaven.server.vaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  private final Endpoint vaults = new Endpoint(VaultKind.VAULT, 8443, Set.of("kv.example.com"));

  @ParameterizedTest
  @CsvSource({"localhost:8443,default,localhost:8443", "LOCALHOST:8443,default,localhost:8443",
      "127.0.0.1:8443,default,127.0.0.1:8443", "[::1]:8443,default,[::1]:8443",
          "kv.example.com:8443,default,kv.example.com:8443",
      "default.vault.localhost:8443,default,vault.localhost:8443",
      "team-1.vault.localhost:8443,team-1,vault.localhost:8443"})
  void hostsMeanVaultsAndResources(String authority, String vault, String resource) {
    assertThat(vaults.vaultName(authority)).contains(vault);
    assertThat(vaults.resource(authority)).isEqualTo("https://" + resource);
    assertThat(vaults.audiences()).contains("https://" + resource);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":8443", "localhost", "localhost:", "localhost:08443", "localhost:8444",
      "vault.localhost:8443",
      ".vault.localhost:8443", "a.b.vault.localhost:8443", "default.managedhsm.localhost:8443", "example.com:8443",
      "localhost:8443:8443", "[::1]", "::1:8443", "sub.kv.example.com:8443"})
  void otherHostsMeanNothing(String authority) {
    assertThat(vaults.vaultName(authority)).isEmpty();
  }

  @Test
  void audiencesEndWithoutASlashAndNameThePortUnlessItIs443() {
    assertThat(vaults.audiences()).containsExactlyInAnyOrder("https://vault.localhost:8443", "https://localhost:8443",
        "https://127.0.0.1:8443", "https://[::1]:8443", "https://kv.example.com:8443", "https://vault.azure.net");
    Endpoint standard = new Endpoint(VaultKind.MANAGED_HSM, 443, Set.of());
    assertThat(standard.url()).isEqualTo("https://localhost");
    assertThat(standard.vaultName("localhost")).contains("default");
    assertThat(standard.resource("x.managedhsm.localhost")).isEqualTo("https://managedhsm.localhost");
  }

  @Test
  void softDeleteKeepsWithinTheServicesLimits() {
    assertThat(SoftDelete.DEFAULT.recoveryLevel()).isEqualTo("Recoverable+Purgeable");
    assertThat(new SoftDelete(90, true).recoveryLevel()).isEqualTo("Recoverable");
    assertThat(new SoftDelete(7, false).recoveryLevel()).isEqualTo("CustomizedRecoverable+Purgeable");
    assertThatThrownBy(() -> new SoftDelete(6, false)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SoftDelete(91, false)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "a.b", "a_b", "a/b"})
  void aVaultsNameIsALabelOfAHostName(String name) {
    assertThatThrownBy(() -> new VaultDefinition(name, VaultKind.VAULT, SoftDelete.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
