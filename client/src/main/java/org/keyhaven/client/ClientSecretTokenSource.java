package org.keyhaven.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;

/**
 * OAuth 2 client credentials with a secret (RFC 6749, section 4.4), at the v2.0 token endpoint of Microsoft Entra and its like:
 * {@code AUTHORITY/TENANT/oauth2/v2.0/token}. The secret only ever goes to the configured authority, over https. Thread-safe.
 */
public final class ClientSecretTokenSource implements TokenSource, AutoCloseable {
  /** Microsoft Entra, public cloud. */
  public static final URI PUBLIC_AUTHORITY = URI.create("https://login.microsoftonline.com");

  private final URI authority;
  private final String tenantId;
  private final String clientId;

  private ClientSecretTokenSource(Builder builder) {
    this.authority = builder.authority;
    this.tenantId = builder.tenantId;
    this.clientId = builder.clientId;
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public AccessToken token(TokenRequest request) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() { }

  /** Without the secret. */
  @Override
  public String toString() {
    return "client " + clientId + " of tenant " + (tenantId == null ? "(the vault's)" : tenantId) + " at " + authority;
  }

  /** Not thread-safe. {@link #clientId} and {@link #clientSecret} must be set. */
  public static final class Builder {
    private URI authority = PUBLIC_AUTHORITY;
    private String tenantId;
    private String clientId;
    private String clientSecret;
    private Path caFile;

    private Builder() { }

    /** Where to sign in; https alone. Default {@link #PUBLIC_AUTHORITY}. */
    public Builder authority(URI address) {
      this.authority = Objects.requireNonNull(address, "address");
      return this;
    }

    /** Default: the tenant that the vault's challenge names. */
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

    /** PEM certificates to trust in addition to the platform's. */
    public Builder caFile(Path pem) {
      this.caFile = Objects.requireNonNull(pem, "pem");
      return this;
    }

    /** @throws IllegalStateException when the client's id or secret are missing */
    public ClientSecretTokenSource build() {
      if (clientId == null || clientSecret == null || caFile == null && authority == null) {
        throw new IllegalStateException("client id and client secret are both needed");
      }
      return new ClientSecretTokenSource(this);
    }
  }
}
