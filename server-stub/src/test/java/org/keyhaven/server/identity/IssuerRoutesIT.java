package org.keyhaven.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keyhaven.server.TestVault;
import org.keyhaven.server.admin.ConnectionFile;
import org.keyhaven.server.json.Json;
import tools.jackson.databind.JsonNode;

/** The issuer over TLS, as libraries that are not Microsoft's see it. */
class IssuerRoutesIT {
  private static final ConnectionFile CONNECTION = TestVault.get().connection();
  private static final HttpClient HTTP = HttpClient.newBuilder().sslContext(TestVault.get().tls()).build();

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String address) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(address)));
  }

  private static HttpRequest.Builder post(String endpoint, String form) {
    return HttpRequest.newBuilder(URI.create(CONNECTION.authorityHost() + "/" + CONNECTION.tenantId() + endpoint))
        .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(form));
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.mapper().readTree(response.body());
  }

  private static String credentials() {
    return "&client_id=" + CONNECTION.clientId() + "&client_secret=" + CONNECTION.clientSecret();
  }

  @Test
  void whatDiscoveryNamesWorksOnBothListeners() throws Exception {
    for (String base : List.of(CONNECTION.vaultUrl(), CONNECTION.hsmUrl())) {
      JsonNode discovery = json(get(base + "/" + CONNECTION.tenantId() + "/v2.0/.well-known/openid-configuration"));
      assertThat(discovery.get("issuer").asString())
          .isEqualTo(CONNECTION.vaultUrl() + "/" + CONNECTION.tenantId() + "/v2.0");
      JWKSet keys = JWKSet.parse(get(discovery.get("jwks_uri").asString()).body());
      assertThat(discovery.get("token_endpoint").asString()).startsWith(base);

      SignedJWT token = SignedJWT.parse(TestVault.get().token(false));
      assertThat(token.verify(new RSASSAVerifier(keys.getKeyByKeyId(token.getHeader().getKeyID()).toRSAKey()))).isTrue();
    }
    JsonNode instance = json(get(CONNECTION.vaultUrl() + "/common/discovery/instance?api-version=1.1&authorization_endpoint=x"));
    assertThat(get(instance.get("tenant_discovery_endpoint").asString()).statusCode()).isEqualTo(200);
  }

  @Test
  void theFirstVersionOfTheEndpointTakesAResource() throws Exception {
    HttpResponse<String> response =
        send(post("/oauth2/token?x=y", "grant_type=client_credentials&resource=https%3A%2F%2Fvault.azure.net" + credentials()));
    assertThat(response.statusCode()).isEqualTo(200);
    String token = json(response).get("access_token").asString();
    assertThat(send(HttpRequest.newBuilder(URI.create(CONNECTION.vaultUrl() + "/keys?api-version=7.1"))
        .header("Authorization", "Bearer " + token)).statusCode()).isEqualTo(200);
    assertThat(send(HttpRequest.newBuilder(URI.create(CONNECTION.hsmUrl() + "/keys?api-version=7.1"))
        .header("Authorization", "Bearer " + token)).statusCode()).isEqualTo(401);
  }

  @Test
  void httpBasicIsTakenAndAWrongSecretAnsweredAsTheSpecificationSays() throws Exception {
    String form = "grant_type=client_credentials&scope=https%3A%2F%2Fvault.azure.net%2F.default";
    assertThat(send(post("/oauth2/v2.0/token", form).header("Authorization", basic(CONNECTION.clientSecret()))).statusCode())
        .isEqualTo(200);
    HttpResponse<String> refused = send(post("/oauth2/v2.0/token", form).header("Authorization", basic("wrong")));
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValueSatisfying(
        challenge -> assertThat(challenge).startsWith("Basic"));
    assertThat(json(refused).get("error").asString()).isEqualTo("invalid_client");
    assertThat(json(refused).get("error_description").asString()).startsWith("AADSTS7000215");
  }

  private static String basic(String secret) {
    return "Basic " + Base64.getEncoder()
        .encodeToString((CONNECTION.clientId() + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsNoFormOrTooLargeIsRefused() throws Exception {
    assertThat(send(post("/oauth2/v2.0/token", "{\"grant_type\":1}")).statusCode()).isEqualTo(400);
    assertThat(send(post("/oauth2/v2.0/token", "a=%zz")).statusCode()).isEqualTo(400);
    assertThat(send(post("/oauth2/v2.0/token", "a=" + "x".repeat(Json.MAX_BODY_BYTES))).statusCode()).isEqualTo(413);
  }
}
