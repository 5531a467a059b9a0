package org.keyhaven.client.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.util.Configuration;
import com.azure.identity.AzureAuthorityHosts;
import com.azure.identity.DefaultAzureCredentialBuilder;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.keyhaven.client.AccessToken;
import org.keyhaven.client.TokenRequest;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.VaultException;

/** Any credential of Azure Identity, or of the caller's own making, as a source of tokens. Thread-safe as the credential is. */
public final class AzureTokenSource implements TokenSource {
  private static final Set<String> MICROSOFTS = Set.of(AzureAuthorityHosts.AZURE_PUBLIC_CLOUD,
      AzureAuthorityHosts.AZURE_GOVERNMENT, AzureAuthorityHosts.AZURE_CHINA);

  private final TokenCredential credential;

  public AzureTokenSource(TokenCredential credential) {
    this.credential = Objects.requireNonNull(credential, "credential");
  }

  /**
   * Azure's {@code DefaultAzureCredential} over this client's HTTP stack, which needs neither Netty nor the service loader. An
   * authority of the user's own ({@code AZURE_AUTHORITY_HOST}) is not looked up at Microsoft's.
   */
  public static AzureTokenSource ofDefaultCredential() {
    DefaultAzureCredentialBuilder builder = new DefaultAzureCredentialBuilder()
        .httpClient(new HttpClient5AzureHttpClientProvider().createInstance());
    String authority = Configuration.getGlobalConfiguration().get(Configuration.PROPERTY_AZURE_AUTHORITY_HOST);
    if (authority != null && !MICROSOFTS.contains(authority.endsWith("/") ? authority : authority + "/")) {
      builder.disableInstanceDiscovery();
    }
    return new AzureTokenSource(builder.build());
  }

  @Override
  public AccessToken token(TokenRequest request) throws IOException {
    TokenRequestContext context = new TokenRequestContext()
        .addScopes(request.scope())
        .setTenantId(request.tenantId())
        .setClaims(request.claims())
        .setCaeEnabled(true);
    com.azure.core.credential.AccessToken token;
    try {
      token = credential.getToken(context).block(request.timeout());
    } catch (RuntimeException e) {
      throw translated(e);
    }
    if (token == null) {
      throw VaultException.Unauthenticated.because(this + " gave no token", null, null);
    }
    Instant expiresAt = token.getExpiresAt().toInstant();
    return token.getRefreshAt() == null ? AccessToken.of(token.getToken(), expiresAt)
        : new AccessToken(token.getToken(), expiresAt, token.getRefreshAt().toInstant());
  }

  /** Azure Identity reports an unreachable authority as a refusal; what lies below tells them apart. */
  private IOException translated(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return new IOException(cause.getMessage(), failure);
      }
    }
    if (failure instanceof ClientAuthenticationException) {
      throw VaultException.Unauthenticated.because(this + " was refused: " + firstLine(failure.getMessage()),
          "check the AZURE_* settings", failure);
    }
    if (failure instanceof IllegalStateException) {
      // Reactor's way to say that block(timeout) ran out.
      return new IOException(failure.getMessage(), failure);
    }
    throw failure;
  }

  private static String firstLine(String message) {
    return message == null ? "no reason given" : message.lines().findFirst().orElse("no reason given");
  }

  @Override
  public String toString() {
    return "Azure credential " + credential.getClass().getSimpleName();
  }
}
