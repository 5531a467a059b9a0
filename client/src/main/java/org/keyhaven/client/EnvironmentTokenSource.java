package org.keyhaven.client;

import java.net.URI;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.keyhaven.client.azure.AzureTokenSource;

/** See {@link TokenSource#fromEnvironment}. */
final class EnvironmentTokenSource {
  private EnvironmentTokenSource() { }

  static boolean azureIdentityPresent() {
    return EnvironmentTokenSource.class.getClassLoader()
        .getResource("com/azure/identity/DefaultAzureCredentialBuilder.class") != null;
  }

  /**
   * @param variables by name; null for one that is not set
   * @param azureIdentity whether azure-identity is to be used
   */
  static TokenSource of(UnaryOperator<String> variables, boolean azureIdentity) {
    if (azureIdentity) {
      return AzureTokenSource.ofDefaultCredential();
    }
    String tenant = value(variables, "AZURE_TENANT_ID");
    String client = value(variables, "AZURE_CLIENT_ID");
    String secret = value(variables, "AZURE_CLIENT_SECRET");
    String assertionFile = value(variables, "AZURE_FEDERATED_TOKEN_FILE");
    String host = value(variables, "AZURE_AUTHORITY_HOST");
    URI authority = host == null ? TokenEndpoint.PUBLIC_AUTHORITY : URI.create(host);
    String ca = value(variables, "KEYHAVEN_CA_FILE");
    // A CA of one's own goes with an authority of one's own; the public one has public certificates.
    Path caFile = host == null || ca == null ? null : Path.of(ca);
    if (client != null && secret != null) {
      var builder = ClientSecretTokenSource.builder().authority(authority).tenantId(tenant).clientId(client).clientSecret(secret);
      return (caFile == null ? builder : builder.caFile(caFile)).build();
    }
    if (client != null && assertionFile != null) {
      return new WorkloadIdentityTokenSource(authority, tenant, client, Path.of(assertionFile), caFile);
    }
    throw new IllegalStateException("the environment has no credentials that the client can use by itself: set AZURE_CLIENT_ID with "
        + "AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE, or put azure-identity on the class path for client certificates, managed "
        + "identities and the Azure CLI");
  }

  private static String value(UnaryOperator<String> variables, String name) {
    String value = variables.apply(name);
    return value == null || value.isBlank() ? null : value.strip();
  }
}
