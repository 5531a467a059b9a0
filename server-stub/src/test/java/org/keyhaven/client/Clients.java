package org.keyhaven.client;

import java.net.URI;
import org.keyhaven.server.TestVault;
import org.keyhaven.server.admin.ConnectionFile;

/** Clients of the shared test vault. */
final class Clients {
  private Clients() { }

  /** Signs in with the client secret, as the challenge says. */
  static KeyhavenClient vault() {
    return builder(TestVault.get().vaultUrl()).build();
  }

  static KeyhavenClient managedHsm() {
    return builder(TestVault.get().hsmUrl()).build();
  }

  static KeyhavenClient.Builder builder(String url) {
    return KeyhavenClient.builder().vault(URI.create(url)).caFile(TestVault.get().caFile()).tokenSource(secret().build());
  }

  static ClientSecretTokenSource.Builder secret() {
    ConnectionFile connection = TestVault.get().connection();
    return ClientSecretTokenSource.builder().authority(URI.create(connection.authorityHost())).clientId(connection.clientId())
        .clientSecret(connection.clientSecret()).caFile(TestVault.get().caFile());
  }
}
