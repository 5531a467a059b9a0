package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.credential.TokenCredential;
import com.azure.core.util.Configuration;
import com.azure.core.util.ConfigurationBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import java.util.List;
import java.util.function.BiFunction;
import org.keyhaven.client.azure.AzureTokenSource;
import org.keyhaven.server.TestVault;
import org.keyhaven.server.admin.ConnectionFile;

/**
 * This client and Microsoft's on the same vault or Managed HSM of the shared test server, each signing in through unmodified
 * Azure Identity: this one with DefaultAzureCredential, Microsoft's with a client secret.
 */
final class BothSdks implements AutoCloseable {
  private static final String CA_FILE = "keyhaven.ca.file";

  final Sdk ours;
  final Sdk microsofts;

  private BothSdks(String url) {
    this.ours = new OurSdk(Clients.builder(url).tokenSource(new AzureTokenSource(defaultCredential())).build());
    this.microsofts = new MicrosoftSdk(url, clientSecretCredential());
  }

  static BothSdks of(boolean managedHsm) {
    System.setProperty(CA_FILE, TestVault.get().caFile().toString());
    return new BothSdks(managedHsm ? TestVault.get().hsmUrl() : TestVault.get().vaultUrl());
  }

  /**
   * Plays the scenario through one, then through the other.
   *
   * @param scenario of the SDK that acts and the one that looks on; tells what it saw, without what is chance
   */
  void tellTheSame(BiFunction<Sdk, Sdk, List<Object>> scenario) {
    assertThat(scenario.apply(ours, microsofts)).isEqualTo(scenario.apply(microsofts, ours));
  }

  private static TokenCredential clientSecretCredential() {
    ConnectionFile connection = TestVault.get().connection();
    return new ClientSecretCredentialBuilder().authorityHost(connection.authorityHost()).tenantId(connection.tenantId())
        .clientId(connection.clientId()).clientSecret(connection.clientSecret()).disableInstanceDiscovery().build();
  }

  /** As in a process whose environment names the client. */
  private static TokenCredential defaultCredential() {
    ConnectionFile connection = TestVault.get().connection();
    Configuration environment = new ConfigurationBuilder()
        .putProperty(Configuration.PROPERTY_AZURE_CLIENT_ID, connection.clientId())
        .putProperty(Configuration.PROPERTY_AZURE_CLIENT_SECRET, connection.clientSecret())
        .putProperty(Configuration.PROPERTY_AZURE_TENANT_ID, connection.tenantId())
        .putProperty(Configuration.PROPERTY_AZURE_AUTHORITY_HOST, connection.authorityHost()).build();
    return new DefaultAzureCredentialBuilder().configuration(environment).authorityHost(connection.authorityHost())
        .disableInstanceDiscovery().build();
  }

  @Override
  public void close() {
    ours.close();
    microsofts.close();
    System.clearProperty(CA_FILE);
  }
}
