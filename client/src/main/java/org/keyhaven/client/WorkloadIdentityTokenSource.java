package org.keyhaven.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Workload identity: a token that the platform writes into a file, such as that of a Kubernetes service account, proves who the client is
 * (RFC 7523, section 2.2). The file is read at each sign-in, as the platform renews it. Thread-safe.
 */
final class WorkloadIdentityTokenSource implements TokenSource {
  private final TokenEndpoint endpoint;
  private final String clientId;
  private final Path assertionFile;

  /**
   * @param authority where to sign in, {@code https://HOST[:PORT]}
   * @param tenantId null for the one that the vault's challenge names
   * @param caFile PEM certificates to trust in addition to the platform's; null for none
   */
  WorkloadIdentityTokenSource(URI authority, String tenantId, String clientId, Path assertionFile, Path caFile) {
    this.endpoint = new TokenEndpoint(VaultAddress.originOf(authority, "an authority's"), tenantId, caFile);
    this.clientId = Objects.requireNonNull(clientId, "clientId");
    this.assertionFile = Objects.requireNonNull(assertionFile, "assertionFile");
  }

  @Override
  public AccessToken token(TokenRequest request) throws IOException {
    String assertion = FileTokenSource.read(assertionFile);
    Map<String, String> client = new LinkedHashMap<>();
    client.put("client_id", clientId);
    client.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    client.put("client_assertion", assertion);
    return endpoint.token(request, client, assertion, toString());
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "workload " + clientId + " with " + assertionFile + " " + endpoint;
  }
}
