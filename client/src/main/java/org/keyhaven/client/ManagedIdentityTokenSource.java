package org.keyhaven.client;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.Deadline;
import org.keyhaven.client.http.Exchange;
import org.keyhaven.client.http.Proxies;
import org.keyhaven.client.http.Trust;
import org.keyhaven.client.http.Trusted;
import org.keyhaven.client.wire.Json;
import tools.jackson.core.JacksonException;

/**
 * See {@link TokenSource#managedIdentity}. Two endpoints: that of App Service, Functions and Container Apps ("Managed
 * identities for App Service", REST endpoint reference), which the environment names, and the Instance Metadata Service
 * of a virtual machine. Both speak plain HTTP to the machine they are on, and are never reached through a proxy.
 * Thread-safe.
 */
final class ManagedIdentityTokenSource implements TokenSource {
  private static final String METADATA_SERVICE = "http://169.254.169.254";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final int LARGEST_ANSWER = 256 * 1024;
  private static final String ADVICE = "where the machine has no managed identity, set keyhaven.token.file, or "
      + "keyhaven.client.id and keyhaven.client.secret";

  private final String id;
  private final String appServiceEndpoint;
  private final String appServiceHeader;
  private final String metadataService;

  /**
   * @param id of a user-assigned identity; null for the machine's own
   * @param variables by name; null for one that is not set
   */
  ManagedIdentityTokenSource(String id, UnaryOperator<String> variables) {
    this.id = id;
    this.appServiceEndpoint = variables.apply("IDENTITY_ENDPOINT");
    this.appServiceHeader = variables.apply("IDENTITY_HEADER");
    String other = variables.apply("AZURE_POD_IDENTITY_AUTHORITY_HOST");
    this.metadataService = other == null ? METADATA_SERVICE : other.replaceFirst("/+$", "");
  }

  @Override
  public AccessToken token(TokenRequest request) throws IOException {
    boolean appService = appServiceEndpoint != null && appServiceHeader != null;
    URI endpoint = appService
        ? address(appServiceEndpoint, "2019-08-01", "client_id", request.resource())
        : address(metadataService + "/metadata/identity/oauth2/token", "2018-02-01", "object_id", request.resource());
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", "application/json");
    headers.put(appService ? "X-IDENTITY-HEADER" : "Metadata", appService ? appServiceHeader : "true");
    try (Exchange exchange = new Exchange(new Exchange.Settings(Trusted.platform(Trust.platform()), CONNECT_TIMEOUT, 1,
        CONNECT_TIMEOUT, Proxies.NONE, LARGEST_ANSWER, true))) {
      Answer answer = exchange.send("GET", endpoint, headers, null, null, Deadline.after(request.timeout()));
      return switch (answer.status()) {
        case 200 -> tokenOf(answer, endpoint);
        // The metadata service says 404 and 410 while it is updated.
        case 404, 408, 410, 429, 500, 502, 503, 504 -> throw new BusyAuthorityException(
            endpoint.getAuthority() + " answered " + answer.status() + " for a managed identity",
            RetryAfter.of(answer).orElse(null));
        default -> throw VaultException.Unauthenticated.because(
            this + " got no token from " + endpoint.getAuthority() + ": status " + answer.status(), ADVICE, null);
      };
    } catch (IOException e) {
      if (Exchange.neverSent(e)) {
        throw VaultException.Unauthenticated.because(
            this + " got no token: " + endpoint.getAuthority() + " cannot be reached", ADVICE, e);
      }
      throw e;
    }
  }

  private URI address(String endpoint, String version, String idParameter, String resource) {
    return URI.create(endpoint + "?api-version=" + version + "&resource=" + encoded(resource)
        + (id == null ? "" : "&" + idParameter + "=" + encoded(id)));
  }

  /** Seconds come as numbers or as text, depending on the endpoint. */
  private static AccessToken tokenOf(Answer answer, URI endpoint) throws IOException {
    try {
      Map<String, Object> token = Json.readObject(answer.body());
      if (token != null && token.get("access_token") instanceof String text && token.get("expires_on") != null) {
        return AccessToken.of(text, Instant.ofEpochSecond(Long.parseLong(token.get("expires_on").toString())));
      }
    } catch (JacksonException | IllegalArgumentException e) {
      // Neither message nor cause is passed on: they may quote the token.
      throw new IOException(endpoint.getAuthority() + " answered something other than a token");
    }
    throw new IOException(endpoint.getAuthority() + " answered without a token and its expiry");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return id == null ? "the managed identity of this machine" : "the managed identity " + id;
  }
}
