package org.keyhaven.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.keyhaven.client.http.Exchange;

/**
 * OAuth 2 client credentials with a secret (RFC 6749, section 4.4), at the v2.0 token endpoint of Microsoft Entra and its like:
 * {@code AUTHORITY/TENANT/oauth2/v2.0/token}. The secret only ever goes to the configured authority, over https. Thread-safe.
 */
public final class ClientSecretTokenSource implements TokenSource {
  /** Microsoft Entra, public cloud. */
  public static final URI PUBLIC_AUTHORITY = TokenEndpoint.PUBLIC_AUTHORITY;

  private final TokenEndpoint endpoint;
  private final String clientId;
  private final String clientSecret;

  private ClientSecretTokenSource(Builder builder) {
    this.endpoint = new TokenEndpoint(builder.authority, builder.tenantId, builder.caFile);
    this.clientId = builder.clientId;
    this.clientSecret = builder.clientSecret;
  }

  private ClientSecretTokenSource(ClientSecretTokenSource other, Exchange connections) {
    this.endpoint = new TokenEndpoint(other.endpoint.authority(), other.endpoint.tenantId(), other.endpoint.caFile(), connections);
    this.clientId = other.clientId;
    this.clientSecret = other.clientSecret;
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Whether the authority is this server, to be trusted for these certificates: what trusts them alone (or the platform alone, for
   * null) trusts nobody here whom the authority's own connections would not trust.
   */
  boolean signsInAt(URI server, Path trustedPem) {
    return endpoint.authority().equals(server) && Objects.equals(endpoint.caFile(), trustedPem);
  }

  /** The same, over connections to a server that it {@link #signsInAt}. */
  ClientSecretTokenSource over(Exchange connections) {
    return new ClientSecretTokenSource(this, connections);
  }

  @Override
  public AccessToken token(TokenRequest request) throws IOException {
    Map<String, String> client = new LinkedHashMap<>();
    client.put("client_id", clientId);
    client.put("client_secret", clientSecret);
    return endpoint.token(request, client, clientSecret, toString());
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "client " + clientId + " " + endpoint;
  }

  /** Not thread-safe. {@link #clientId} and {@link #clientSecret} must be set. */
  public static final class Builder {
    private URI authority = PUBLIC_AUTHORITY;
    private String tenantId;
    private String clientId;
    private String clientSecret;
    private Path caFile;

    private Builder() { }

    /**
     * Where to sign in; https alone. Default {@link #PUBLIC_AUTHORITY}.
     *
     * @throws IllegalArgumentException when it is anything else than {@code https://HOST[:PORT]}
     */
    public Builder authority(URI address) {
      this.authority = VaultAddress.originOf(address, "an authority's");
      return this;
    }

    /**
     * Null, the default, stands for the tenant that the vault's challenge names; otherwise an id or a domain.
     */
    public Builder tenantId(String tenant) {
      this.tenantId = tenant;
      return this;
    }

    public Builder clientId(String id) {
      this.clientId = Objects.requireNonNull(id, "id");
      return this;
    }

    public Builder clientSecret(String secret) {
      this.clientSecret = Objects.requireNonNull(secret, "secret");
      return this;
    }

    /** PEM certificates to trust in addition to the platform's; read at each sign-in. */
    public Builder caFile(Path pem) {
      this.caFile = Objects.requireNonNull(pem, "pem");
      return this;
    }

    /**
     * No network is touched yet.
     *
     * @throws IllegalStateException when the client's id or secret are missing
     * @throws IllegalArgumentException when the tenant is neither an id nor a domain
     */
    public ClientSecretTokenSource build() {
      if (clientId == null || clientId.isEmpty() || clientSecret == null || clientSecret.isEmpty()) {
        throw new IllegalStateException("client id and client secret are both needed");
      }
      return new ClientSecretTokenSource(this);
    }
  }
}
