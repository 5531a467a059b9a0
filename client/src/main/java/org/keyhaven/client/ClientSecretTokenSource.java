package org.keyhaven.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.Deadline;
import org.keyhaven.client.http.Exchange;
import org.keyhaven.client.http.Proxies;
import org.keyhaven.client.http.Trust;
import org.keyhaven.client.wire.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;

/**
 * OAuth 2 client credentials with a secret (RFC 6749, section 4.4), at the v2.0 token endpoint of Microsoft Entra and its like:
 * {@code AUTHORITY/TENANT/oauth2/v2.0/token}. The secret only ever goes to the configured authority, over https. Thread-safe.
 */
public final class ClientSecretTokenSource implements TokenSource {
  /** Microsoft Entra, public cloud. */
  public static final URI PUBLIC_AUTHORITY = URI.create("https://login.microsoftonline.com");

  private static final ObjectReader TOKEN = Json.mapper().readerFor(TokenAnswer.class);
  private static final ObjectReader REFUSAL = Json.mapper().readerFor(Refusal.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int LARGEST_ANSWER = 256 * 1024;
  private static final Pattern TENANT = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.-]{0,126}");

  private final URI authority;
  private final String tenantId;
  private final String clientId;
  private final String clientSecret;
  private final Path caFile;

  /** RFC 6749, section 5.1. */
  private record TokenAnswer(@JsonProperty("access_token") String accessToken, @JsonProperty("token_type") String tokenType,
      @JsonProperty("expires_in") Long expiresIn) {
    @Override
    public String toString() {
      return "TokenAnswer[expiresIn=" + expiresIn + "]";
    }
  }

  /** RFC 6749, section 5.2. */
  private record Refusal(String error, @JsonProperty("error_description") String description) { }

  private ClientSecretTokenSource(Builder builder) {
    this.authority = builder.authority;
    this.tenantId = builder.tenantId;
    this.clientId = builder.clientId;
    this.clientSecret = builder.clientSecret;
    this.caFile = builder.caFile;
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public AccessToken token(TokenRequest request) throws IOException {
    String tenant = tenantId != null ? tenantId : request.tenantId();
    if (tenant == null) {
      throw VaultException.Unauthenticated.because("no tenant to sign in to: none is configured, and the vault named none",
          "set keyhaven.tenant.id or AZURE_TENANT_ID", null);
    }
    URI endpoint = URI.create(authority + "/" + tenant + "/oauth2/v2.0/token");
    // One connection an hour is not worth keeping open.
    try (Exchange exchange = new Exchange(new Exchange.Settings(caFile == null ? Trust.platform() : Trust.platformAnd(caFile),
        CONNECT_TIMEOUT, 1, CONNECT_TIMEOUT, Proxies.system(endpoint), LARGEST_ANSWER, false))) {
      Answer answer = exchange.send("POST", endpoint, Map.of("Accept", "application/json"), form(request),
          "application/x-www-form-urlencoded", Deadline.after(request.timeout()));
      return switch (answer.status()) {
        case 200 -> tokenOf(answer);
        case 408, 429, 500, 502, 503, 504 -> throw new BusyAuthorityException(authority + " answered " + answer.status(),
            RetryAfter.of(answer).orElse(null));
        default -> throw refused(answer);
      };
    }
  }

  private byte[] form(TokenRequest request) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("grant_type", "client_credentials");
    members.put("client_id", clientId);
    members.put("client_secret", clientSecret);
    members.put("scope", request.scope());
    if (request.claims() != null) {
      members.put("claims", request.claims());
    }
    return members.entrySet().stream()
        .map(member -> member.getKey() + "=" + URLEncoder.encode(member.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&")).getBytes(StandardCharsets.US_ASCII);
  }

  private AccessToken tokenOf(Answer answer) throws IOException {
    try {
      TokenAnswer token = TOKEN.readValue(answer.body());
      if (token != null && token.accessToken() != null && "Bearer".equalsIgnoreCase(token.tokenType())
          && token.expiresIn() != null && token.expiresIn() > 0) {
        return AccessToken.of(token.accessToken(), Instant.now().plusSeconds(token.expiresIn()));
      }
    } catch (JacksonException | IllegalArgumentException e) {
      // Neither message nor cause is passed on: they may quote the token.
      throw new IOException(authority + " answered something other than a token");
    }
    throw new IOException(authority + " answered without a bearer token and its life time");
  }

  private VaultException refused(Answer answer) {
    String why = "status " + answer.status();
    try {
      Refusal refusal = REFUSAL.readValue(answer.body());
      if (refusal != null && refusal.error() != null) {
        why = refusal.error() + (refusal.description() == null ? "" : ": " + refusal.description());
      }
    } catch (JacksonException e) {
      why += " without an error body of RFC 6749";
    }
    // Never seen, but the text is the other side's.
    why = Failures.plain(why).replace(clientSecret, "***");
    return VaultException.Unauthenticated.because(this + " was refused: " + why, "check tenant, client id, client secret and authority",
        null);
  }

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
     * Null, the default, stands for the tenant that the vault's challenge names.
     *
     * @throws IllegalArgumentException when it is neither an id nor a domain
     */
    public Builder tenantId(String tenant) {
      if (tenant != null && !TENANT.matcher(tenant).matches()) {
        throw new IllegalArgumentException("not a tenant: " + tenant);
      }
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

    /** @throws IllegalStateException when the client's id or secret are missing */
    public ClientSecretTokenSource build() {
      if (clientId == null || clientId.isEmpty() || clientSecret == null || clientSecret.isEmpty()) {
        throw new IllegalStateException("client id and client secret are both needed");
      }
      return new ClientSecretTokenSource(this);
    }
  }
}
