package org.keyhaven.provider;

import org.keyhaven.client.TokenSource;
import org.keyhaven.client.azure.AzureTokenSource;

/** Azure Identity where it is on the class path. The only class here that names it, so that nothing else needs it. */
final class AzureIdentity {
  private AzureIdentity() { }

  static boolean present() {
    return AzureIdentity.class.getClassLoader()
        .getResource("com/azure/identity/DefaultAzureCredentialBuilder.class") != null;
  }

  static TokenSource defaultCredential() {
    return AzureTokenSource.ofDefaultCredential();
  }
}
