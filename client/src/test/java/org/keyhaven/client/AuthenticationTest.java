package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

@Timeout(60)
class AuthenticationTest {
  private static FaultyVault vault;
  private static Path directory;

  /** Gives token-1, token-2, … and remembers what it was asked for. */
  private static final class CountingSource implements TokenSource {
    private final List<TokenRequest> requests = new CopyOnWriteArrayList<>();

    @Override
    public AccessToken token(TokenRequest request) {
      requests.add(request);
      return AccessToken.of("token-" + requests.size(), Instant.now().plusSeconds(3600));
    }
  }

  @BeforeAll
  static void start(@TempDir Path temporary) throws IOException, InterruptedException {
    directory = temporary;
    vault = new FaultyVault(temporary);
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  @AfterEach
  void reset() {
    vault.server.resetAll();
  }

  private static byte[] sign(KeyhavenClient client) {
    return client.cryptography(ObjectId.parse(vault.kid())).sign(SignatureAlgorithm.ES256, new byte[32]);
  }

  private static List<LoggedRequest> requests() {
    return vault.server.findAll(anyRequestedFor(anyUrl()));
  }

  private static void challengeUnless(String accepted, String challenge) {
    vault.server.stubFor(any(anyUrl()).atPriority(5).willReturn(FaultyVault.error(401, "Unauthorized", "no good token")
        .withHeader("WWW-Authenticate", challenge)));
    vault.server.stubFor(any(anyUrl()).atPriority(1).withHeader("Authorization", matching(accepted))
        .willReturn(vault.signature()));
  }

  private static String own() {
    return vault.challenge("https://login.example/tenant-1", vault.uri().toString());
  }

  @Test
  void theFirstRequestGoesOutBareAndTheChallengeIsAnsweredOnce() {
    challengeUnless("Bearer token-1", own());
    CountingSource source = new CountingSource();
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      sign(client);
      sign(client);
    }
    assertThat(requests()).hasSize(3);
    assertThat(requests().get(0).getHeader("Authorization")).isNull();
    assertThat(requests().get(0).getBody()).isEmpty();
    assertThat(source.requests).hasSize(1);
    assertThat(source.requests.get(0).scope()).isEqualTo(vault.uri() + "/.default");
    assertThat(source.requests.get(0).tenantId()).isEqualTo("tenant-1");
  }

  @Test
  void aRefusedTokenIsReplacedOnce() {
    challengeUnless("Bearer token-2", own());
    CountingSource source = new CountingSource();
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      assertThat(sign(client)).containsExactly(1, 2, 3);
    }
    assertThat(source.requests).hasSize(2);
  }

  @Test
  void aVaultThatRefusesEveryTokenEndsTheCall() {
    challengeUnless("never", own());
    CountingSource source = new CountingSource();
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unauthenticated.class)
          .hasMessageContaining("no good token").hasMessageContaining("check that");
    }
    assertThat(requests()).hasSize(3);
  }

  @Test
  void aClaimsChallengeIsPassedOn() {
    vault.server.stubFor(any(anyUrl()).atPriority(5).willReturn(FaultyVault.error(401, "Unauthorized", "no")
        .withHeader("WWW-Authenticate", own())));
    vault.server.stubFor(any(anyUrl()).atPriority(1).withHeader("Authorization", equalTo("Bearer token-1"))
        .willReturn(FaultyVault.error(401, "Unauthorized", "no").withHeader("WWW-Authenticate",
            "Bearer authorization=\"https://login.example/tenant-1\", error=\"insufficient_claims\", claims=\"eyJhIjoxfQ==\"")));
    vault.server.stubFor(any(anyUrl()).atPriority(1).withHeader("Authorization", equalTo("Bearer token-2"))
        .willReturn(vault.signature()));
    CountingSource source = new CountingSource();
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      sign(client);
      sign(client);
    }
    assertThat(source.requests).hasSize(2);
    assertThat(source.requests.get(1).claims()).isEqualTo("{\"a\":1}");
    assertThat(source.requests.get(1).resource()).isEqualTo(vault.uri().toString());
  }

  @Test
  void aRogueVaultGetsNoTokenForAnotherAudience() {
    challengeUnless("Bearer .*", vault.challenge("https://login.example/t", "https://vault.azure.net"));
    CountingSource source = new CountingSource();
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unauthenticated.class)
          .hasMessageContaining("https://vault.azure.net").hasMessageContaining("No token was sent");
    }
    assertThat(source.requests).isEmpty();
    assertThat(requests()).allMatch(request -> request.getHeader("Authorization") == null);
  }

  @Test
  void verificationCanBeSwitchedOff() {
    challengeUnless("Bearer token-1", vault.challenge("https://login.example/t", "https://vault.azure.net"));
    CountingSource source = new CountingSource();
    try (KeyhavenClient client = vault.client().tokenSource(source).challengeVerification(false).build()) {
      sign(client);
    }
    assertThat(source.requests.get(0).resource()).isEqualTo("https://vault.azure.net");
  }

  @Test
  void anHttpAuthorityIsRefused() {
    challengeUnless("Bearer .*", vault.challenge("http://login.example/t", vault.uri().toString()));
    try (KeyhavenClient client = vault.client().tokenSource(new CountingSource()).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unauthenticated.class)
          .hasMessageContaining("not to be trusted");
    }
  }

  @Test
  void aHugeChallengeIsRefused() {
    challengeUnless("Bearer .*", own() + ", x=\"" + "a".repeat(6_000) + "\", y=\"" + "b".repeat(6_000) + "\"");
    try (KeyhavenClient client = vault.client().tokenSource(new CountingSource()).build()) {
      // WireMock's own limit on headers may end the connection first.
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.class);
    }
    assertThat(requests()).allMatch(request -> request.getHeader("Authorization") == null);
  }

  @Test
  void a401WithoutAChallengeIsRefused() {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(401, "Unauthorized", "no")));
    try (KeyhavenClient client = vault.client().tokenSource(new CountingSource()).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unauthenticated.class)
          .hasMessageContaining("without scheme Bearer");
    }
  }

  @Test
  void anExpiredFixedTokenSaysSo() {
    challengeUnless("never", own());
    String claims = Base64.getUrlEncoder().withoutPadding().encodeToString("{\"exp\":1000000000}".getBytes());
    try (KeyhavenClient client = vault.client().tokenSource(TokenSource.fixed("e30." + claims + ".sig")).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unauthenticated.class)
          .hasMessageContaining("expired at 2001-09-09").hasMessageNotContaining(claims);
    }
    assertThat(requests()).hasSize(1);
  }

  @Test
  void aTokenFileIsReadAgainWhenItsTokenIsRefused() throws IOException {
    challengeUnless("Bearer renewed", own());
    Path file = Files.writeString(directory.resolve("token"), "stale\n");
    try (KeyhavenClient client = vault.client().tokenSource(TokenSource.file(file)).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unauthenticated.class);
      Files.writeString(file, "renewed\n");
      assertThat(sign(client)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aMissingTokenFileNamesItself() {
    try (KeyhavenClient client = vault.client().tokenSource(TokenSource.file(directory.resolve("absent")))
        .build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unauthenticated.class).hasMessageContaining("token file")
          .hasMessageContaining("absent does not exist");
    }
  }

  @Test
  void aTokenMeantForAnotherServiceIsNotSent() {
    challengeUnless("Bearer .*", own());
    for (String audience : List.of("\"https://vault.azure.net\"", "[\"https://graph.microsoft.com/\"]",
        "\"https://" + vault.server.baseUrl().replaceFirst("https://", "").replaceFirst(":.*", "") + ":1\"")) {
      try (KeyhavenClient client = vault.client().tokenSource(TokenSource.fixed(jwt(audience))).build()) {
        assertThatThrownBy(() -> sign(client)).as(audience).isInstanceOf(VaultException.Unauthenticated.class)
            .hasMessageContaining("It was not sent");
      }
    }
    assertThat(requests()).isEmpty();
  }

  @Test
  void aTokenMeantForTheVaultOrForAnIdIsSent() {
    challengeUnless("Bearer .*", own());
    for (String audience : List.of("\"" + vault.server.baseUrl() + "/\"", "\"cfa8b339-82a2-471a-a3c9-0fc0be7a4093\"")) {
      try (KeyhavenClient client = vault.client().tokenSource(TokenSource.fixed(jwt(audience))).build()) {
        assertThat(sign(client)).as(audience).isNotEmpty();
      }
    }
  }

  private static String jwt(String audience) {
    var encoder = Base64.getUrlEncoder().withoutPadding();
    String claims = "{\"aud\":" + audience + ",\"exp\":" + Instant.now().plusSeconds(3600).getEpochSecond() + "}";
    return encoder.encodeToString("{\"alg\":\"RS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
        + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2ln";
  }

  @Test
  void aSourceThatCannotBeReachedIsTriedAgain() {
    challengeUnless("Bearer late", own());
    var attempts = new java.util.concurrent.atomic.AtomicInteger();
    TokenSource source = request -> {
      if (attempts.incrementAndGet() < 3) {
        throw new IOException("connection refused");
      }
      return AccessToken.of("late", Instant.MAX);
    };
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      assertThat(sign(client)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aSourceThatBreaksIsReported() {
    challengeUnless("never", own());
    TokenSource source = request -> {
      throw new IllegalArgumentException("bad configuration");
    };
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unauthenticated.class)
          .hasMessageContaining("bad configuration");
    }
  }

  @Test
  void manyThreadsCostOneToken() throws ExecutionException, InterruptedException {
    challengeUnless("Bearer token-1", own());
    CountingSource source = new CountingSource();
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      CountDownLatch start = new CountDownLatch(1);
      List<FutureTask<byte[]>> tasks = IntStream.range(0, 32).mapToObj(i -> new FutureTask<>(() -> {
        start.await();
        return sign(client);
      })).toList();
      tasks.forEach(task -> new Thread(task).start());
      start.countDown();
      for (FutureTask<byte[]> task : tasks) {
        assertThat(task.get()).containsExactly(1, 2, 3);
      }
    }
    assertThat(source.requests).hasSize(1);
  }

  @Test
  void aTokenIsRefreshedInTheBackgroundWhileItStillServes() {
    vault.server.stubFor(any(anyUrl()).willReturn(vault.signature()));
    CountDownLatch refreshed = new CountDownLatch(1);
    var count = new java.util.concurrent.atomic.AtomicInteger();
    TokenSource source = new TokenSource() {
      @Override
      public AccessToken token(TokenRequest request) {
        Instant now = Instant.now();
        if (count.incrementAndGet() == 1) {
          return new AccessToken("old", now.plusSeconds(3600), now.minusSeconds(1));
        }
        refreshed.countDown();
        return new AccessToken("new", now.plusSeconds(3600), now.plusSeconds(1800));
      }

      @Override
      public boolean needsChallenge() {
        return false;
      }
    };
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      sign(client);
      sign(client);
      assertThat(requests().get(0).getHeader("Authorization")).isEqualTo("Bearer old");
      while (requests().stream().noneMatch(request -> "Bearer new".equals(request.getHeader("Authorization")))) {
        sign(client);
      }
      assertThat(refreshed.getCount()).isZero();
      assertThat(count).hasValue(2);
    }
  }

  private static ClientSecretTokenSource.Builder clientSecret() {
    return ClientSecretTokenSource.builder().authority(vault.uri()).clientId("app 1").clientSecret("s&cret=ü").caFile(vault.caFile);
  }

  private static void issueTokens() {
    vault.server.stubFor(post(urlPathEqualTo("/tenant-1/oauth2/v2.0/token")).atPriority(1).willReturn(FaultyVault.json(200,
        "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"issued\"}")));
  }

  @Test
  void aClientSecretGetsATokenOfTheChallengesTenant() {
    challengeUnless("Bearer issued", own());
    issueTokens();
    try (KeyhavenClient client = vault.client().tokenSource(clientSecret().build()).build()) {
      assertThat(sign(client)).containsExactly(1, 2, 3);
    }
    LoggedRequest form = requests().stream().filter(request -> request.getUrl().contains("oauth2")).findFirst().orElseThrow();
    assertThat(form.getBodyAsString()).isEqualTo("grant_type=client_credentials&client_id=app+1&client_secret=s%26cret%3D%C3%BC"
        + "&scope=https%3A%2F%2Flocalhost%3A" + vault.server.httpsPort() + "%2F.default");
    assertThat(form.getHeader("Content-Type")).startsWith("application/x-www-form-urlencoded");
  }

  @Test
  void aVaultThatIsItsOwnAuthorityIsSignedInToOverItsOnlyConnection() throws IOException {
    challengeUnless("Bearer issued", own());
    issueTokens();
    try (TestProxy proxy = TestProxy.open();
        KeyhavenClient client = vault.client().proxy(proxy.uri()).tokenSource(clientSecret().build()).build()) {
      assertThat(sign(client)).containsExactly(1, 2, 3);
      assertThat(proxy.requests).hasSize(1);
    }
  }

  @Test
  void aSecretIsNotSentToAVaultThatTheAuthoritysCertificatesDoNotVouchFor() throws IOException, InterruptedException {
    challengeUnless("Bearer issued", own());
    issueTokens();
    Path others = directory.resolve("others.pem");
    FaultyVault.keyPair(directory.resolve("others.p12"), "CN=other");
    FaultyVault.certificateOf(directory.resolve("others.p12"), others);
    try (KeyhavenClient client = vault.client().tokenSource(clientSecret().caFile(others).build()).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.class).hasStackTraceContaining("certification path");
    }
    assertThat(requests()).noneMatch(request -> request.getUrl().contains("oauth2"));
  }

  @Test
  void aConfiguredTenantOutranksTheChallenges() {
    challengeUnless("Bearer issued", vault.challenge("https://login.example/elsewhere", vault.uri().toString()));
    issueTokens();
    try (KeyhavenClient client = vault.client().tokenSource(clientSecret().tenantId("tenant-1").build()).build()) {
      assertThat(sign(client)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aWrongSecretIsReportedWithTheAuthoritysReasonAndWithoutTheSecret() {
    challengeUnless("never", own());
    vault.server.stubFor(post(urlPathEqualTo("/tenant-1/oauth2/v2.0/token")).atPriority(1).willReturn(FaultyVault.json(401,
        "{\"error\":\"invalid_client\",\"error_description\":\"the secret s&cret=ü is wrong\"}")));
    ClientSecretTokenSource source = clientSecret().build();
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unauthenticated.class)
          .hasMessageContaining("invalid_client").hasMessageContaining("check tenant, client id, client secret")
          .hasMessageNotContaining("s&cret");
    }
    assertThat(source.toString()).doesNotContain("s&cret");
  }

  @Test
  void aBusyAuthorityIsTriedAgain() {
    challengeUnless("Bearer issued", own());
    vault.server.stubFor(post(urlPathEqualTo("/tenant-1/oauth2/v2.0/token")).atPriority(1).inScenario("busy")
        .whenScenarioStateIs("Started").willReturn(FaultyVault.json(503, "{}")).willSetStateTo("well"));
    vault.server.stubFor(post(urlPathEqualTo("/tenant-1/oauth2/v2.0/token")).atPriority(1).inScenario("busy")
        .whenScenarioStateIs("well").willReturn(FaultyVault.json(200,
            "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"issued\"}")));
    try (KeyhavenClient client = vault.client().tokenSource(clientSecret().build()).build()) {
      assertThat(sign(client)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void theAuthoritysRetryAfterIsObeyed() {
    challengeUnless("Bearer issued", own());
    vault.server.stubFor(post(urlPathEqualTo("/tenant-1/oauth2/v2.0/token")).atPriority(1).inScenario("busy")
        .whenScenarioStateIs("Started").willReturn(FaultyVault.json(429, "{}").withHeader("Retry-After", "1")).willSetStateTo("well"));
    vault.server.stubFor(post(urlPathEqualTo("/tenant-1/oauth2/v2.0/token")).atPriority(1).inScenario("busy")
        .whenScenarioStateIs("well").willReturn(FaultyVault.json(200,
            "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"issued\"}")));
    try (KeyhavenClient client = vault.client().tokenSource(clientSecret().build()).build()) {
      long start = System.nanoTime();
      assertThat(sign(client)).containsExactly(1, 2, 3);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void anAuthorityThatWantsToBeAskedAfterTheDeadlineEndsTheCall() {
    challengeUnless("never", own());
    vault.server.stubFor(post(urlPathEqualTo("/tenant-1/oauth2/v2.0/token")).atPriority(1)
        .willReturn(FaultyVault.json(429, "{}").withHeader("Retry-After", "60")));
    try (KeyhavenClient client = vault.client().deadline(Duration.ofSeconds(20)).tokenSource(clientSecret().build()).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unavailable.class).hasMessageContaining("answered 429");
    }
    assertThat(requests().stream().filter(request -> request.getUrl().contains("oauth2"))).hasSize(1);
  }

  private static Map<String, String> environment(String... more) {
    Map<String, String> variables = new HashMap<>(Map.of("AZURE_AUTHORITY_HOST", vault.uri() + "/", "AZURE_TENANT_ID", "tenant-1",
        "AZURE_CLIENT_ID", "app", "KEYHAVEN_CA_FILE", vault.caFile.toString()));
    for (int i = 0; i < more.length; i += 2) {
      variables.put(more[i], more[i + 1]);
    }
    return variables;
  }

  @Test
  void theEnvironmentsClientSecretSignsInWithoutAzureIdentity() {
    challengeUnless("Bearer issued", own());
    issueTokens();
    TokenSource source = EnvironmentTokenSource.of(environment("AZURE_CLIENT_SECRET", "hush")::get, false);
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      assertThat(sign(client)).containsExactly(1, 2, 3);
    }
    assertThat(form()).contains("client_secret=hush");
    assertThat(source.toString()).contains("client app of tenant tenant-1").doesNotContain("hush");
  }

  @Test
  void theEnvironmentsWorkloadIdentitySignsInWithTheTokenOfTheMoment() throws IOException {
    challengeUnless("Bearer issued", own());
    issueTokens();
    Path assertion = Files.writeString(directory.resolve("assertion"), "first.assertion.x\n");
    TokenSource source =
        EnvironmentTokenSource.of(environment("AZURE_FEDERATED_TOKEN_FILE", assertion.toString())::get, false);
    Files.writeString(assertion, "second.assertion.x\n");
    try (KeyhavenClient client = vault.client().tokenSource(source).build()) {
      assertThat(sign(client)).containsExactly(1, 2, 3);
    }
    assertThat(form()).isEqualTo("grant_type=client_credentials&client_id=app"
        + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=second.assertion.x"
        + "&scope=https%3A%2F%2Flocalhost%3A" + vault.server.httpsPort() + "%2F.default");
    Files.writeString(assertion, "");
    assertThatThrownBy(() -> source.token(new TokenRequest("https://v.example", null, null, Duration.ofSeconds(5))))
        .isInstanceOf(VaultException.Unauthenticated.class).hasMessageContaining("is empty");
  }

  @Test
  void aRefusedAssertionIsNotRepeated() throws IOException {
    vault.server.stubFor(post(urlPathEqualTo("/tenant-1/oauth2/v2.0/token")).atPriority(1).willReturn(FaultyVault.json(401,
        "{\"error\":\"invalid_client\",\"error_description\":\"the.assertion.x has expired\"}")));
    Path assertion = Files.writeString(directory.resolve("refused"), "the.assertion.x");
    TokenSource source =
        EnvironmentTokenSource.of(environment("AZURE_FEDERATED_TOKEN_FILE", assertion.toString())::get, false);
    assertThatThrownBy(() -> source.token(new TokenRequest("https://v.example", null, null, Duration.ofSeconds(5))))
        .isInstanceOf(VaultException.Unauthenticated.class).hasMessageContaining("has expired")
        .hasMessageNotContaining("assertion.x");
  }

  @Test
  void anEnvironmentWithoutCredentialsSaysWhatToSet() {
    Map<String, String> nothing = Map.of("AZURE_CLIENT_ID", "app", "AZURE_CLIENT_SECRET", " ");
    assertThatThrownBy(() -> EnvironmentTokenSource.of(nothing::get, false)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("AZURE_CLIENT_SECRET").hasMessageContaining("azure-identity");
  }

  @Test
  void whereAzureIdentityIsThereItChooses() {
    assertThat(TokenSource.fromEnvironment()).hasToString("Azure credential DefaultAzureCredential");
  }

  private static String form() {
    return requests().stream().filter(request -> request.getUrl().contains("oauth2")).findFirst().orElseThrow().getBodyAsString();
  }

  @Test
  void tokensAndSecretsAreNotInAnyText() {
    AccessToken token = AccessToken.of("hush-hush", Instant.MAX);
    assertThat(token.toString()).doesNotContain("hush");
    assertThat(TokenSource.fixed("hush-hush").toString()).doesNotContain("hush");
    assertThatThrownBy(() -> TokenSource.fixed("hush\r\nhush")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hush");
  }
}
