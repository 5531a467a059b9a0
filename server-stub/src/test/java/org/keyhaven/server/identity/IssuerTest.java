package org.keyhaven.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.StartupException;

class IssuerTest {
  private static final BuiltInClient CLIENT = new BuiltInClient("the-client", "the secret:%/", "the-object");
  @TempDir
  private Path temp;
  private Issuer issuer;

  @BeforeEach
  void open() {
    issuer = Issuer.open(temp.resolve("issuer.jwk"), "the-tenant", CLIENT, () -> "https://localhost:8443",
        () -> Set.of("https://vault.localhost:8443", "https://vault.azure.net"), Clock.systemUTC());
  }

  private static Map<String, String> form(String... members) {
    Map<String, String> form = new HashMap<>(Map.of("grant_type", "client_credentials", "client_id", "the-client",
        "client_secret", "the secret:%/", "scope", "https://vault.localhost:8443/.default"));
    for (int i = 0; i < members.length; i += 2) {
      if (members[i + 1] == null) {
        form.remove(members[i]);
      } else {
        form.put(members[i], members[i + 1]);
      }
    }
    return form;
  }

  @Test
  void aTokenSaysWhoItIsForAndWhoItSpeaksFor() throws Exception {
    Map<String, Object> answer = issuer.token(form(), null, false);

    assertThat(answer).containsEntry("token_type", "Bearer").containsEntry("expires_in", 3600L);
    var claims = SignedJWT.parse((String) answer.get("access_token")).getJWTClaimsSet();
    assertThat(claims.getIssuer()).isEqualTo("https://localhost:8443/the-tenant/v2.0");
    assertThat(claims.getAudience()).containsExactly("https://vault.localhost:8443");
    assertThat(claims.getClaims()).containsEntry("oid", "the-object").containsEntry("appid", "the-client")
        .containsEntry("azp", "the-client").containsEntry("tid", "the-tenant");
  }

  @Test
  void scopesOfOpenIdAndATrailingSlashDoNotMatter() throws Exception {
    Map<String, Object> answer = issuer.token(form("scope", "openid https://vault.azure.net//.default profile"), null, false);

    assertThat(SignedJWT.parse((String) answer.get("access_token")).getJWTClaimsSet().getAudience())
        .containsExactly("https://vault.azure.net");
  }

  @Test
  void theFirstVersionTakesAResourceAndAnswersStrings() throws Exception {
    Map<String, Object> answer = issuer.token(form("scope", null, "resource", "https://vault.azure.net"), null, true);

    assertThat(answer).containsEntry("expires_in", "3600").containsEntry("resource", "https://vault.azure.net")
        .containsKey("expires_on");
  }

  @Test
  void aClientMayAuthenticateByHttpBasic() throws Exception {
    String basic = "Basic " + Base64.getEncoder()
        .encodeToString("the-client:the+secret%3A%25%2F".getBytes(StandardCharsets.UTF_8));

    assertThat(issuer.token(form("client_id", null, "client_secret", null), basic, false)).containsKey("access_token");
    assertThatExceptionOfType(OAuthError.class).isThrownBy(() -> issuer.token(form(), basic, false))
        .satisfies(e -> assertThat(e.error()).isEqualTo("invalid_request"));
    for (String bad : new String[] {"Basic !", "Basic bm9jb2xvbg==", "Bearer x", "Basic"}) {
      assertThatExceptionOfType(OAuthError.class)
          .isThrownBy(() -> issuer.token(form("client_id", null, "client_secret", null), bad, false))
          .satisfies(e -> assertThat(e.status()).isEqualTo(401));
    }
  }

  @Test
  void everyRefusalHasItsCode() {
    refused(form("client_secret", "wrong"), 401, "invalid_client", "AADSTS7000215");
    refused(form("client_id", "other"), 401, "invalid_client", "AADSTS7000215");
    refused(form("client_secret", null), 401, "invalid_client", "AADSTS7000218");
    refused(form("client_id", null), 400, "invalid_request", "client_id");
    refused(form("grant_type", "password"), 400, "unsupported_grant_type", "grant_type");
    refused(form("grant_type", null), 400, "invalid_request", "grant_type");
    refused(form("scope", null), 400, "invalid_scope", "scope");
    refused(form("scope", "https://vault.azure.net/user_impersonation"), 400, "invalid_scope", "scope");
    refused(form("scope", "https://graph.microsoft.com/.default"), 400, "invalid_scope", "AADSTS500011");
    refused(form("scope", "https://vault.azure.net/.default https://vault.localhost:8443/.default"), 400, "invalid_scope",
        "one resource");
  }

  private void refused(Map<String, String> form, int status, String error, String message) {
    assertThatExceptionOfType(OAuthError.class).isThrownBy(() -> issuer.token(form, null, false))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.status()).isEqualTo(status))
        .satisfies(e -> assertThat(e.error()).isEqualTo(error))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("the secret"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void thePublishedKeyIsPublic() {
    var keys = (List<Map<String, Object>>) issuer.keys().get("keys");

    assertThat(keys).hasSize(1);
    assertThat(keys.get(0)).containsKeys("kty", "kid", "n", "e").doesNotContainKeys("d", "p", "q", "dp", "dq", "qi");
    assertThat(issuer.discovery(URI.create("https://127.0.0.1:8443"))).containsEntry("issuer", "https://localhost:8443/the-tenant/v2.0")
        .containsEntry("token_endpoint", "https://127.0.0.1:8443/the-tenant/oauth2/v2.0/token");
  }

  @Test
  void theKeyIsKeptAndIsTheOwnersAlone() throws Exception {
    Path file = temp.resolve("issuer.jwk");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    Issuer again = Issuer.open(file, "the-tenant", CLIENT, () -> "https://localhost:8443", Set::of, Clock.systemUTC());
    assertThat(again.keys()).isEqualTo(issuer.keys());

    Files.writeString(file, "{}");
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> Issuer.open(file, "t", CLIENT, () -> "", Set::of, Clock.systemUTC())).withMessageContaining("damaged");
  }

  @Test
  void moreThanTheBurstIsRefused() {
    RateLimit limit = new RateLimit(2, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    for (int i = 0; i < 20; i++) {
      assertThat(limit.allows()).isTrue();
    }
    assertThat(limit.allows()).isFalse();
  }

  @Test
  void theSecretIsNotShown() {
    assertThat(CLIENT.toString()).doesNotContain("the secret");
  }
}
