package org.keyhaven.client;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.Deadline;
import org.keyhaven.client.http.Exchange;
import org.keyhaven.client.http.Proxies;
import org.keyhaven.client.http.Trust;
import org.keyhaven.client.http.Trusted;
import org.keyhaven.client.wire.Json;
import tools.jackson.core.JacksonException;

/**
 * The v2.0 token endpoint of Microsoft Entra and its like, {@code AUTHORITY/TENANT/oauth2/v2.0/token}, asked for client credentials
 * (RFC 6749, section 4.4). What proves who the client is only ever goes to the configured authority, over https. Thread-safe.
 *
 * @param tenantId null for the one that the vault's challenge names
 * @param caFile PEM certificates to trust in addition to the platform's, read at each sign-in; null for none
 * @param connections what is sent over, which is to trust nobody else; null to open a connection for each sign-in
 */
record TokenEndpoint(URI authority, String tenantId, Path caFile, Exchange connections) {
  /** Microsoft Entra, public cloud. */
  static final URI PUBLIC_AUTHORITY = URI.create("https://login.microsoftonline.com");

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int LARGEST_ANSWER = 256 * 1024;
  private static final Pattern TENANT = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.-]{0,126}");

  /** @throws IllegalArgumentException when the tenant is neither an id nor a domain */
  TokenEndpoint {
    if (tenantId != null && !TENANT.matcher(tenantId).matches()) {
      throw new IllegalArgumentException("not a tenant: " + tenantId);
    }
  }

  TokenEndpoint(URI authority, String tenantId, Path caFile) {
    this(authority, tenantId, caFile, null);
  }

  /**
   * Asks for a token.
   *
   * @param client the members of the form that say and prove who asks
   * @param secret what of them must be in no message
   * @param who for messages
   * @throws BusyAuthorityException when the authority wants to be asked later
   * @throws VaultException.Unauthenticated when it refuses
   */
  AccessToken token(TokenRequest request, Map<String, String> client, String secret, String who) throws IOException {
    String tenant = tenantId != null ? tenantId : request.tenantId();
    if (tenant == null) {
      throw VaultException.Unauthenticated.because("no tenant to sign in to: none is configured, and the vault named none",
          "set keyhaven.tenant.id or AZURE_TENANT_ID", null);
    }
    URI endpoint = URI.create(authority + "/" + tenant + "/oauth2/v2.0/token");
    byte[] form = form(request, client);
    Deadline deadline = Deadline.after(request.timeout());
    if (connections != null) {
      return token(connections, endpoint, form, deadline, secret, who);
    }
    // One connection an hour is not worth keeping open.
    try (Exchange exchange = new Exchange(new Exchange.Settings(
        Trusted.platform(caFile == null ? Trust.platform() : Trust.platformAnd(caFile)), CONNECT_TIMEOUT, 1, CONNECT_TIMEOUT,
        Proxies.system(endpoint), LARGEST_ANSWER, false))) {
      return token(exchange, endpoint, form, deadline, secret, who);
    }
  }

  private AccessToken token(Exchange exchange, URI endpoint, byte[] form, Deadline deadline, String secret, String who)
      throws IOException {
    Answer answer = exchange.send("POST", endpoint, Map.of("Accept", "application/json"), form,
        "application/x-www-form-urlencoded", deadline);
    return switch (answer.status()) {
      case 200 -> tokenOf(answer);
      case 408, 429, 500, 502, 503, 504 -> throw new BusyAuthorityException(authority + " answered " + answer.status(),
          RetryAfter.of(answer).orElse(null));
      default -> throw refused(answer, secret, who);
    };
  }

  private static byte[] form(TokenRequest request, Map<String, String> client) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("grant_type", "client_credentials");
    members.putAll(client);
    members.put("scope", request.scope());
    if (request.claims() != null) {
      members.put("claims", request.claims());
    }
    return members.entrySet().stream()
        .map(member -> member.getKey() + "=" + URLEncoder.encode(member.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&")).getBytes(StandardCharsets.US_ASCII);
  }

  /** RFC 6749, section 5.1. */
  private AccessToken tokenOf(Answer answer) throws IOException {
    try {
      Map<String, Object> token = Json.readObject(answer.body());
      if (token != null && token.get("access_token") instanceof String text && token.get("token_type") instanceof String type
          && "Bearer".equalsIgnoreCase(type) && token.get("expires_in") instanceof Long seconds && seconds > 0) {
        return AccessToken.of(text, Instant.now().plusSeconds(seconds));
      }
    } catch (JacksonException | IllegalArgumentException e) {
      // Neither message nor cause is passed on: they may quote the token.
      throw new IOException(authority + " answered something other than a token");
    }
    throw new IOException(authority + " answered without a bearer token and its life time");
  }

  /** RFC 6749, section 5.2. */
  private static VaultException refused(Answer answer, String secret, String who) {
    String why = "status " + answer.status();
    try {
      Map<String, Object> refusal = Json.readObject(answer.body());
      if (refusal != null && refusal.get("error") instanceof String error) {
        why = error + (refusal.get("error_description") instanceof String description ? ": " + description : "");
      }
    } catch (JacksonException e) {
      why += " without an error body of RFC 6749";
    }
    // Never seen, but the text is the other side's.
    why = Failures.plain(why.replace(secret, "***"));
    return VaultException.Unauthenticated.because(who + " was refused: " + why,
        "check tenant, client id, client secret and authority", null);
  }

  /** For messages. */
  @Override
  public String toString() {
    return "of tenant " + (tenantId == null ? "(the vault's)" : tenantId) + " at " + authority;
  }
}
