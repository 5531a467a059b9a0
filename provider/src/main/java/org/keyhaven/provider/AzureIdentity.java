package org.keyhaven.provider;

import org.keyhaven.client.TokenSource;
import org.keyhaven.client.azure.AzureTokenSource;

/**
 * Azure Identity, for callers that have seen that it is on the class path: the JVM cannot verify this class without it. The
 * only class here that names it, so that nothing else needs it.
 */
final class AzureIdentity {
  private AzureIdentity() { }

  static TokenSource defaultCredential() {
    return AzureTokenSource.ofDefaultCredential();
  }
}
