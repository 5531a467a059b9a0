package org.keyhaven.server.keys;

import com.azure.identity.ClientSecretCredential;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.KeyClientBuilder;
import com.azure.security.keyvault.keys.KeyServiceVersion;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.CryptographyClientBuilder;
import org.keyhaven.server.TestVault;
import org.keyhaven.server.admin.ConnectionFile;

/** Microsoft's clients, unmodified, signing in to the shared test vault through Azure Identity. */
final class MicrosoftClients {
  private static final String CA_FILE = "keyhaven.ca.file";

  private MicrosoftClients() { }

  /** From here on the clients trust the test vault; {@link #forget} takes it back. */
  static void trust() {
    System.setProperty(CA_FILE, TestVault.get().caFile().toString());
  }

  static void forget() {
    System.clearProperty(CA_FILE);
  }

  static KeyClient keys(boolean managedHsm, KeyServiceVersion version) {
    return new KeyClientBuilder().vaultUrl(managedHsm ? TestVault.get().hsmUrl() : TestVault.get().vaultUrl())
        .credential(credential()).disableChallengeResourceVerification().serviceVersion(version).buildClient();
  }

  /** @param id a key's, with version */
  static CryptographyClient cryptography(String id) {
    return new CryptographyClientBuilder().keyIdentifier(id).credential(credential())
        .disableChallengeResourceVerification().buildClient();
  }

  private static ClientSecretCredential credential() {
    ConnectionFile connection = TestVault.get().connection();
    return new ClientSecretCredentialBuilder().authorityHost(connection.authorityHost()).tenantId(connection.tenantId())
        .clientId(connection.clientId()).clientSecret(connection.clientSecret()).disableInstanceDiscovery().build();
  }
}
