package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.identity.ClientSecretCredential;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.security.keyvault.keys.KeyClientBuilder;
import com.azure.security.keyvault.keys.cryptography.CryptographyClientBuilder;
import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.KeyCurveName;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.azure.AzureTokenSource;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.TestVault;
import org.keyhaven.server.admin.ConnectionFile;

/** Unmodified Azure Identity and Microsoft's key client, over our HTTP client, against the real server. */
class AzureIdentityIT {

  @BeforeAll
  static void trust() {
    System.setProperty("keyhaven.ca.file", TestVault.get().caFile().toString());
  }

  @AfterAll
  static void restore() {
    System.clearProperty("keyhaven.ca.file");
  }

  private static ClientSecretCredential credential(String secret) {
    ConnectionFile connection = TestVault.get().connection();
    return new ClientSecretCredentialBuilder().authorityHost(connection.authorityHost()).tenantId(connection.tenantId())
        .clientId(connection.clientId()).clientSecret(secret).disableInstanceDiscovery().build();
  }

  @Test
  void aClientSecretCredentialServesOurClient() {
    TokenSource source = new AzureTokenSource(credential(TestVault.get().connection().clientSecret()));
    try (KeyhavenClient client = Clients.builder(TestVault.get().vaultUrl()).tokenSource(source).build()) {
      assertThat(client.keys().list().stream().limit(1).count()).isLessThanOrEqualTo(1);
      assertThatThrownBy(() -> client.keys().get("azure-absent")).isInstanceOf(VaultException.NotFound.class);
    }
  }

  @Test
  void aWrongSecretIsARefusal() {
    TokenSource source = new AzureTokenSource(credential("wrong-secret"));
    try (KeyhavenClient client = Clients.builder(TestVault.get().vaultUrl()).tokenSource(source).build()) {
      assertThatThrownBy(() -> client.keys().get("azure-absent")).isInstanceOf(VaultException.Unauthenticated.class)
          .hasMessageNotContaining("wrong-secret");
    }
  }

  @Test
  void microsoftsClientsMakeASignatureThatOursVerifies() {
    ClientSecretCredential credential = credential(TestVault.get().connection().clientSecret());
    KeyVaultKey key = new KeyClientBuilder().vaultUrl(TestVault.get().vaultUrl()).credential(credential)
        .disableChallengeResourceVerification().buildClient()
        .createEcKey(new CreateEcKeyOptions("azure-made").setCurveName(KeyCurveName.P_256).setTags(Map.of("by", "microsoft")));
    byte[] digest = new byte[32];
    byte[] signature = new CryptographyClientBuilder().keyIdentifier(key.getId()).credential(credential)
        .disableChallengeResourceVerification().buildClient()
        .sign(com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm.ES256, digest).getSignature();
    try (KeyhavenClient client = Clients.vault()) {
      assertThat(client.cryptography(ObjectId.parse(key.getId())).verify(SignatureAlgorithm.ES256, digest, signature)).isTrue();
      assertThat(client.keys().get("azure-made").tags()).containsEntry("by", "microsoft");
    }
  }
}
