package org.keyhaven.provider;

import com.azure.identity.DefaultAzureCredentialBuilder;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.azure.AzureTokenSource;
import org.keyhaven.client.azure.HttpClient5AzureHttpClientProvider;

/** Azure Identity where it is on the class path. The only class here that names it, so that nothing else needs it. */
final class AzureIdentity {
  private AzureIdentity() { }

  static boolean present() {
    return AzureIdentity.class.getClassLoader()
        .getResource("com/azure/identity/DefaultAzureCredentialBuilder.class") != null;
  }

  static TokenSource defaultCredential() {
    // Given, not found by a service loader: the self-contained jar declares no HTTP client to applications.
    return new AzureTokenSource(new DefaultAzureCredentialBuilder()
        .httpClient(new HttpClient5AzureHttpClientProvider().createInstance()).build());
  }
}
