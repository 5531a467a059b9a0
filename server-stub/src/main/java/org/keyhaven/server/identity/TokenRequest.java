package org.keyhaven.server.identity;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.keyhaven.server.StartupException;
import org.keyhaven.server.admin.ConnectionFile;
import org.keyhaven.server.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks a running server for a token, as any client does: over TLS, at its token endpoint. */
public final class TokenRequest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private TokenRequest() { }

  /**
   * @param resource what the token is for
   * @return the access token
   * @throws StartupException when no server answers, or it refuses
   */
  public static String send(ConnectionFile connection, String resource) throws InterruptedException {
    String form = form(Map.of("grant_type", "client_credentials", "client_id", connection.clientId(),
        "client_secret", connection.clientSecret(), "scope", resource + "/.default"));
    URI endpoint = URI.create(connection.authorityHost() + "/" + connection.tenantId() + "/oauth2/v2.0/token");
    HttpRequest request = HttpRequest.newBuilder(endpoint).timeout(TIMEOUT)
        .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(form)).build();
    try {
      HttpClient client = HttpClient.newBuilder().sslContext(trusting(connection)).connectTimeout(TIMEOUT).build();
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      JsonNode body = Json.mapper().readTree(response.body());
      JsonNode token = body.get("access_token");
      if (response.statusCode() != 200 || token == null) {
        throw new StartupException("the server at " + connection.authorityHost() + " refused a token ("
            + body.path("error_description").asString("HTTP " + response.statusCode())
            + "); is it the server of this data directory?");
      }
      return token.asString();
    } catch (ConnectException e) {
      throw new StartupException("no server answers at " + connection.authorityHost()
          + "; start it with keyhaven serve, on the same --data directory", e);
    } catch (SSLException e) {
      throw new StartupException("the server at " + connection.authorityHost() + " is not the one of this data directory: "
          + e.getMessage(), e);
    } catch (IOException | GeneralSecurityException | JacksonException e) {
      throw new StartupException("no token from " + connection.authorityHost() + ": " + e.getMessage(), e);
    }
  }

  private static String form(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> member.getKey() + "=" + URLEncoder.encode(member.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  /** TLS that trusts this server and no other. */
  public static SSLContext trusting(ConnectionFile connection) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(connection.caCertificate())) {
      trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
