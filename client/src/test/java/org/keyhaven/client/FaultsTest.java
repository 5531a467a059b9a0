package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

@Timeout(60)
class FaultsTest {
  private static final byte[] DIGEST = new byte[32];
  private static final KeyCreateParameters EC = new KeyCreateParameters(KeyType.EC, null, null, null, null, null, null);

  private static FaultyVault vault;
  private static Path directory;

  @BeforeAll
  static void start(@TempDir Path temporary) throws IOException, InterruptedException {
    directory = temporary;
    vault = new FaultyVault(directory);
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
    return client.cryptography(ObjectId.parse(vault.kid())).sign(SignatureAlgorithm.ES256, DIGEST);
  }

  private static int requests() {
    return vault.server.findAll(anyRequestedFor(anyUrl())).size();
  }

  @Test
  void aGoodAnswerIsReturned() {
    vault.server.stubFor(post(urlPathEqualTo(FaultyVault.KID_PATH + "/sign")).willReturn(vault.signature()));
    try (KeyhavenClient client = vault.client().build()) {
      assertThat(sign(client)).containsExactly(1, 2, 3);
    }
    var request = vault.server.findAll(anyRequestedFor(anyUrl())).get(0);
    assertThat(request.getHeader("Authorization")).isEqualTo("Bearer the-token");
    assertThat(request.getUrl()).endsWith("?api-version=7.6");
    assertThat(request.getBodyAsString()).startsWith("{\"alg\":\"ES256\",\"value\":\"AAAA");
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void aPassingFailureIsTriedAgain(int status) {
    vault.server.stubFor(any(anyUrl()).inScenario("s").whenScenarioStateIs(Scenario.STARTED)
        .willReturn(FaultyVault.error(status, "X", "later")).willSetStateTo("well"));
    vault.server.stubFor(any(anyUrl()).inScenario("s").whenScenarioStateIs("well").willReturn(vault.signature()));
    try (KeyhavenClient client = vault.client().build()) {
      assertThat(sign(client)).containsExactly(1, 2, 3);
    }
    assertThat(requests()).isEqualTo(2);
  }

  @Test
  void retryAfterIsObeyed() {
    vault.server.stubFor(any(anyUrl()).inScenario("s").whenScenarioStateIs(Scenario.STARTED)
        .willReturn(FaultyVault.error(429, "Throttled", "slow down").withHeader("Retry-After", "1")).willSetStateTo("well"));
    vault.server.stubFor(any(anyUrl()).inScenario("s").whenScenarioStateIs("well").willReturn(vault.signature()));
    try (KeyhavenClient client = vault.client().build()) {
      long start = System.nanoTime();
      sign(client);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void aRetryAfterBeyondTheDeadlineEndsTheCallAtOnce() {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(429, "Throttled", "slow down").withHeader("Retry-After", "60")));
    try (KeyhavenClient client = vault.client().deadline(Duration.ofSeconds(20)).build()) {
      var thrown = catchThrowableOfType(VaultException.Throttled.class, () -> sign(client));
      assertThat(thrown.retryAfter()).contains(Duration.ofSeconds(60));
      assertThat(thrown).hasMessageContaining("slow down").hasMessageContaining("60 s");
    }
    assertThat(requests()).isEqualTo(1);
  }

  @Test
  void aLastingFailureEndsAfterAFewAttempts() {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(500, "InternalError", "broken")
        .withHeader("x-ms-request-id", "req-7")));
    try (KeyhavenClient client = vault.client().build()) {
      var thrown = catchThrowableOfType(VaultException.Unavailable.class, () -> sign(client));
      assertThat(thrown.status()).isEqualTo(500);
      assertThat(thrown.code()).isEqualTo("InternalError");
      assertThat(thrown.requestId()).isEqualTo("req-7");
    }
    assertThat(requests()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void aCreatingCallIsNotRepeatedWhenItMayHaveHappened(int status) {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(status, "X", "broken")));
    try (KeyhavenClient client = vault.client().build()) {
      assertThatThrownBy(() -> client.keys().create("web", EC)).isInstanceOf(VaultException.Unavailable.class);
      assertThatThrownBy(() -> client.keys().delete("web")).isInstanceOf(VaultException.Unavailable.class);
    }
    vault.server.verify(1, com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor(urlPathEqualTo("/keys/web/create")));
    assertThat(requests()).isEqualTo(2);
  }

  @Test
  void anAnswerThatCannotBeReadGivesItsPlaceToTheNext() {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.json(200, "{\"value\":\"" + "A".repeat(5_000_000) + "\"}")));
    try (KeyhavenClient client = vault.client().maxConnections(1).build()) {
      assertThatThrownBy(() -> sign(client)).hasMessageContaining("larger than");
      vault.server.resetAll();
      vault.server.stubFor(any(anyUrl()).willReturn(vault.signature()));
      assertThat(sign(client)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(value = Fault.class)
  void aBrokenConnectionIsTriedAgainForAReadAndNotForACreation(Fault fault) {
    vault.server.stubFor(get(anyUrl()).willReturn(aResponse().withFault(fault)));
    vault.server.stubFor(post(anyUrl()).willReturn(aResponse().withFault(fault)));
    vault.server.stubFor(delete(anyUrl()).willReturn(aResponse().withFault(fault)));
    try (KeyhavenClient client = vault.client().build()) {
      assertThatThrownBy(() -> client.keys().create("web", EC)).isInstanceOf(VaultException.class);
      assertThat(requests()).isEqualTo(1);
      assertThatThrownBy(() -> client.keys().get("web")).isInstanceOf(VaultException.class);
    }
    assertThat(requests()).isGreaterThan(2);
  }

  /** A client of a server that does with connections what it is told. */
  private static KeyhavenClient clientOf(RawVault raw) {
    return vault.client().vault(raw.uri()).retry(new RetrySettings(3, Duration.ofMillis(1), Duration.ofMillis(1))).build();
  }

  @Test
  void aTruncatedBodyIsNoAnswer() throws IOException, GeneralSecurityException {
    try (RawVault raw = new RawVault(directory, RawVault.answering("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        + "Content-Length: 500", "{\"kid\"")); KeyhavenClient client = clientOf(raw)) {
      var thrown = catchThrowableOfType(VaultException.Unavailable.class, () -> client.keys().get("web"));
      assertThat(thrown.code()).isEqualTo("ConnectionFailed");
      assertThat(raw.requests).hasValue(3);
      assertThatThrownBy(() -> client.keys().create("web", EC)).isInstanceOf(VaultException.Unavailable.class);
      assertThat(raw.requests).hasValue(4);
    }
  }

  @Test
  void aResetBeforeTheRequestWasSentIsTriedAgainEvenForACreation() throws IOException, GeneralSecurityException {
    for (RawVault.Behaviour before : List.of(RawVault.resettingAtOnce(), RawVault.closingAtOnce())) {
      try (RawVault raw = new RawVault(directory, before); KeyhavenClient client = clientOf(raw)) {
        var thrown = catchThrowableOfType(VaultException.Unavailable.class, () -> client.keys().create("web", EC));
        assertThat(thrown.code()).isEqualTo("Unreachable");
        assertThat(raw.connections).hasValue(3);
        assertThat(raw.requests).hasValue(0);
      }
    }
  }

  @Test
  void aResetAfterTheRequestWasSentIsTriedAgainForAReadAlone() throws IOException, GeneralSecurityException {
    try (RawVault raw = new RawVault(directory, RawVault.resettingAfterTheRequest()); KeyhavenClient client = clientOf(raw)) {
      var thrown = catchThrowableOfType(VaultException.Unavailable.class, () -> client.keys().create("web", EC));
      assertThat(thrown.code()).isEqualTo("ConnectionFailed");
      assertThat(raw.requests).hasValue(1);
      assertThatThrownBy(() -> client.keys().get("web")).isInstanceOf(VaultException.Unavailable.class);
      assertThat(raw.requests).hasValue(4);
    }
  }

  @Test
  void aChallengeThatIsTooLongIsNotAnswered() throws IOException, GeneralSecurityException {
    String head = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nWWW-Authenticate: Bearer resource=\"https://localhost\", x=\"";
    TokenSource none = request -> {
      throw new AssertionError("a token was asked for");
    };
    try (RawVault raw = new RawVault(directory, RawVault.answering(head + "a".repeat(12_000) + '"', ""));
        KeyhavenClient client = vault.client().vault(raw.uri()).tokenSource(none).build()) {
      var thrown = catchThrowableOfType(VaultException.Unauthenticated.class, () -> client.keys().get("web"));
      assertThat(thrown.code()).isEqualTo("UntrustedChallenge");
      assertThat(thrown).hasMessageContaining("longer than");
    }
    try (RawVault raw = new RawVault(directory, RawVault.answering(head + "a".repeat(200_000) + '"', ""));
        KeyhavenClient client = vault.client().vault(raw.uri()).tokenSource(none).retry(RetrySettings.NONE).build()) {
      assertThatThrownBy(() -> client.keys().get("web")).isInstanceOf(VaultException.Unavailable.class);
    }
  }

  @Test
  void throttlingWithoutRetryAfterIsWaitedOutAndThenReported() {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(429, "Throttled", "slow down").withHeader("x-ms-request-id", "r1")));
    try (KeyhavenClient client = vault.client().build()) {
      long start = System.nanoTime();
      var thrown = catchThrowableOfType(VaultException.Throttled.class, () -> client.keys().create("web", EC));
      // Half of 100 + 200 + 400 + 800 ms is what jitter leaves at least.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(750));
      assertThat(thrown.retryAfter()).isEmpty();
      assertThat(thrown.status()).isEqualTo(429);
      assertThat(thrown.code()).isEqualTo("Throttled");
      assertThat(thrown.requestId()).isEqualTo("r1");
      assertThat(thrown.advice()).isEqualTo("send fewer requests");
    }
    assertThat(requests()).isEqualTo(5);
  }

  @Test
  void aRetryAfterThatIsADateIsObeyed() {
    ZonedDateTime later = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2).truncatedTo(ChronoUnit.SECONDS);
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(later);
    vault.server.stubFor(any(anyUrl()).inScenario("s").whenScenarioStateIs(Scenario.STARTED)
        .willReturn(FaultyVault.error(503, "Busy", "later").withHeader("Retry-After", date)).willSetStateTo("well"));
    vault.server.stubFor(any(anyUrl()).inScenario("s").whenScenarioStateIs("well").willReturn(FaultyVault.json(200,
        "{\"key\":{\"kid\":\"" + vault.kid() + "\",\"kty\":\"EC\"}}")));
    try (KeyhavenClient client = vault.client().build()) {
      // 503 with Retry-After is a door that is closed: a creation may knock again.
      assertThat(client.keys().create("web", EC)).isNotNull();
      // A wait is measured with another clock.
      assertThat(Instant.now()).isAfter(later.toInstant().minusMillis(100));
    }
    assertThat(requests()).isEqualTo(2);
  }

  @Test
  void retriesCanBeSwitchedOff() {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(429, "Throttled", "slow down")));
    try (KeyhavenClient client = vault.client().retry(RetrySettings.NONE).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Throttled.class);
    }
    assertThat(requests()).isEqualTo(1);
  }

  @Test
  void theDeadlineBoundsABodyThatDrips() {
    vault.server.stubFor(any(anyUrl()).willReturn(vault.signature().withChunkedDribbleDelay(100, 30_000)));
    try (KeyhavenClient client = vault.client().deadline(Duration.ofMillis(700)).build()) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Timeout.class).hasMessageContaining("700 ms");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(700), Duration.ofSeconds(20));
    }
  }

  @Test
  void theDeadlineBoundsAnAnswerThatNeverComes() {
    vault.server.stubFor(any(anyUrl()).willReturn(vault.signature().withFixedDelay(30_000)));
    try (KeyhavenClient client = vault.client().deadline(Duration.ofMillis(500)).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Timeout.class);
    }
  }

  @Test
  void theDeadlineBoundsATlsHandshakeThatNeverEnds() throws IOException {
    try (ServerSocket silent = new ServerSocket(0);
        KeyhavenClient client = vault.client().vault(URI.create("https://localhost:" + silent.getLocalPort()))
            .deadline(Duration.ofMillis(500)).build()) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> client.keys().get("web")).isInstanceOf(VaultException.Timeout.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void theDeadlineBoundsWaitingForAConnection() throws InterruptedException {
    vault.server.stubFor(any(anyUrl()).willReturn(vault.signature().withFixedDelay(30_000)));
    try (KeyhavenClient client = vault.client().maxConnections(1).deadline(Duration.ofMillis(1500)).build()) {
      Thread holder = new Thread(() -> assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.class));
      holder.start();
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Timeout.class);
      holder.join();
    }
  }

  @Test
  void theDeadlineBoundsATokenSourceThatHangs() {
    CountDownLatch never = new CountDownLatch(1);
    TokenSource hanging = new TokenSource() {
      @Override
      public AccessToken token(TokenRequest request) {
        try {
          never.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        return null;
      }

      @Override
      public boolean needsChallenge() {
        return false;
      }
    };
    try (KeyhavenClient client = vault.client().tokenSource(hanging).deadline(Duration.ofMillis(300)).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Timeout.class);
    } finally {
      never.countDown();
    }
  }

  @Test
  void anInterruptEndsTheCallAndStaysSet() throws InterruptedException, ExecutionException {
    vault.server.stubFor(any(anyUrl()).willReturn(vault.signature().withFixedDelay(30_000)));
    try (KeyhavenClient client = vault.client().build()) {
      FutureTask<Boolean> call = new FutureTask<>(() -> {
        assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Interrupted.class);
        return Thread.currentThread().isInterrupted();
      });
      Thread thread = new Thread(call);
      thread.start();
      while (requests() == 0) {
        Thread.onSpinWait();
      }
      thread.interrupt();
      assertThat(call.get()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirectsAreNeverFollowed(int status) {
    for (String other : List.of(vault.uri() + "/keys/other", "https://127.0.0.1:" + vault.server.httpsPort() + "/keys/web")) {
      vault.server.resetAll();
      vault.server.stubFor(get(urlPathEqualTo("/keys/web")).willReturn(aResponse().withStatus(status).withHeader("Location", other)));
      try (KeyhavenClient client = vault.client().build()) {
        var thrown = catchThrowableOfType(VaultException.class, () -> client.keys().get("web"));
        assertThat(thrown.status()).isEqualTo(status);
        assertThat(thrown.advice()).contains("redirects are not followed");
      }
      assertThat(requests()).isEqualTo(1);
    }
  }

  @Test
  void aGiganticAnswerOfUnknownLengthIsNotReadEither() {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.json(200, "{\"value\":\"" + "A".repeat(5_000_000) + "\"}")
        .withChunkedDribbleDelay(4, 20)));
    try (KeyhavenClient client = vault.client().build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.class)
          .hasMessageContaining("larger than " + Json.MAX_BODY_BYTES + " bytes");
    }
    assertThat(requests()).isEqualTo(1);
  }

  private static VaultException thrownFor(int status, String inner) {
    vault.server.resetAll();
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.json(status, "{\"error\":{\"code\":\"Outer\",\"message\":\"so it is\""
        + (inner == null ? "" : ",\"innererror\":{\"code\":\"" + inner + "\"}") + "}}").withHeader("x-ms-request-id", "r9")
        .withHeader("WWW-Authenticate", vault.challenge("https://login.example/t", vault.uri().toString()))));
    try (KeyhavenClient client = vault.client().retry(RetrySettings.NONE).build()) {
      return catchThrowableOfType(VaultException.class, () -> client.keys().delete("web"));
    }
  }

  @Test
  void everyErrorHasItsClassAndEverythingThatTheServiceSaid() {
    Map<Integer, Class<? extends VaultException>> classes = Map.of(400, VaultException.class, 401, VaultException.Unauthenticated.class,
        403, VaultException.Forbidden.class, 404, VaultException.NotFound.class, 408, VaultException.Unavailable.class,
        409, VaultException.Conflict.class, 429, VaultException.Throttled.class, 500, VaultException.Unavailable.class,
        503, VaultException.Unavailable.class, 504, VaultException.Unavailable.class);
    classes.forEach((status, type) -> {
      VaultException thrown = thrownFor(status, "Inner");
      assertThat(thrown).as("" + status).isExactlyInstanceOf(type).hasMessageContaining("so it is")
          .hasMessageContaining("(" + status + " Outer/Inner, request r9)");
      assertThat(thrown.status()).isEqualTo(status);
      assertThat(thrown.code()).isEqualTo("Outer");
      assertThat(thrown.innerCode()).isEqualTo("Inner");
      assertThat(thrown.requestId()).isEqualTo("r9");
    });
    assertThat(((VaultException.Forbidden) thrownFor(403, null)).permission()).contains("keys/delete");
    assertThat(thrownFor(403, "AccessDenied").advice()).contains("keys/delete");
  }

  @Test
  void aGiganticAnswerIsNotRead() {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.json(200, "{\"value\":\"" + "A".repeat(5_000_000) + "\"}")));
    try (KeyhavenClient client = vault.client().build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.class)
          .hasMessageContaining("larger than " + Json.MAX_BODY_BYTES + " bytes");
    }
    assertThat(requests()).isEqualTo(1);
  }

  @Test
  void anAnswerOfAnotherTypeSaysSo() {
    vault.server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200).withHeader("Content-Type", "text/html").withBody("{}")));
    try (KeyhavenClient client = vault.client().build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.class).hasMessageContaining("text/html")
          .hasMessageContaining("check that the address is a vault's");
    }
  }

  @Test
  void jsonOfAnotherShapeSaysSoWithoutQuotingIt() {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.json(200, "{\"kid\":\"hush-hush\",\"value\":7}")));
    try (KeyhavenClient client = vault.client().build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.class).hasMessageContaining("not what was asked for")
          .hasMessageNotContaining("hush-hush");
    }
  }

  @Test
  void aForbiddenCallNamesThePermission() {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.json(403,
        "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\",\"innererror\":{\"code\":\"AccessDenied\"}}}")));
    try (KeyhavenClient client = vault.client().build()) {
      var thrown = catchThrowableOfType(VaultException.Forbidden.class, () -> sign(client));
      assertThat(thrown.permission()).contains("keys/sign");
      assertThat(thrown).hasMessageContaining("grant the caller keys/sign");
    }
  }

  @Test
  void aDisabledKeyIsNotAMissingPermission() {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.json(403,
        "{\"error\":{\"code\":\"Forbidden\",\"message\":\"disabled\",\"innererror\":{\"code\":\"KeyDisabled\"}}}")));
    try (KeyhavenClient client = vault.client().build()) {
      var thrown = catchThrowableOfType(VaultException.Forbidden.class, () -> sign(client));
      assertThat(thrown.permission()).isEmpty();
      assertThat(thrown.innerCode()).isEqualTo("KeyDisabled");
    }
  }

  @Test
  void anUnreachableVaultNamesItsAddress() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (KeyhavenClient client = vault.client().vault(URI.create("https://localhost:" + port)).build()) {
      assertThatThrownBy(() -> client.keys().get("web")).isInstanceOf(VaultException.Unavailable.class)
          .hasMessageContaining("vault unreachable at https://localhost:" + port);
    }
  }

  @Test
  void anUnknownHostNamesItsAddress() {
    try (KeyhavenClient client = vault.client().vault(URI.create("https://nowhere.invalid")).build()) {
      assertThatThrownBy(() -> client.keys().get("web")).isInstanceOf(VaultException.Unavailable.class)
          .hasMessageContaining("https://nowhere.invalid").hasMessageContaining("cannot be resolved");
    }
  }

  @Test
  void anUntrustedCertificateNamesTheOption() {
    try (KeyhavenClient client = KeyhavenClient.builder().vault(vault.uri()).tokenSource(TokenSource.fixed("t")).build()) {
      assertThatThrownBy(() -> client.keys().get("web")).isInstanceOf(VaultException.Unavailable.class)
          .hasMessageContaining("not trusted").hasMessageContaining("keyhaven.ca.file");
    }
    assertThat(requests()).isZero();
  }

  @Test
  void aCertificateForAnotherHostIsRefused() {
    URI byOtherName = URI.create("https://127.0.0.2:" + vault.server.httpsPort());
    try (KeyhavenClient client = vault.client().vault(byOtherName).build()) {
      assertThatThrownBy(() -> client.keys().get("web")).isInstanceOf(VaultException.Unavailable.class)
          .hasMessageContaining("127.0.0.2");
    }
    assertThat(requests()).isZero();
  }

  @Test
  void aPageOfAnotherHostIsNotAskedFor() {
    vault.server.stubFor(get(urlPathEqualTo("/keys")).willReturn(FaultyVault.json(200,
        "{\"value\":[],\"nextLink\":\"https://127.0.0.1:" + vault.server.httpsPort() + "/keys?api-version=7.6\"}")));
    try (KeyhavenClient client = vault.client().build()) {
      assertThatThrownBy(() -> client.keys().list().iterator().hasNext()).isInstanceOf(VaultException.class)
          .hasMessageContaining("outside of itself");
    }
    assertThat(requests()).isEqualTo(1);
  }

  @Test
  void pagesAreFetchedAsTheyAreRead() {
    vault.server.stubFor(get(urlPathEqualTo("/keys")).willReturn(FaultyVault.json(200,
        "{\"value\":[{\"kid\":\"" + vault.uri() + "/keys/a\"}],\"nextLink\":\"" + vault.uri() + "/keys2?$skiptoken=x\"}")));
    vault.server.stubFor(get(urlPathEqualTo("/keys2")).willReturn(FaultyVault.json(200,
        "{\"value\":[{\"kid\":\"" + vault.uri() + "/keys/b\"}],\"nextLink\":null}")));
    try (KeyhavenClient client = vault.client().build()) {
      assertThat(client.keys().list().stream().findFirst().orElseThrow().kid().name()).isEqualTo("a");
      assertThat(requests()).isEqualTo(1);
      assertThat(client.keys().list()).extracting(item -> item.kid().name()).containsExactly("a", "b");
    }
  }

  @Test
  void aClosedClientSaysSo() {
    KeyhavenClient client = vault.client().build();
    client.close();
    assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unavailable.class).hasMessageContaining("closed");
  }

  @Test
  void firstUseByManyThreadsCostsOneLookup() throws InterruptedException, ExecutionException {
    vault.server.stubFor(get(urlPathEqualTo(FaultyVault.KID_PATH)).willReturn(FaultyVault.json(200,
        "{\"key\":{\"kid\":\"" + vault.kid() + "\",\"kty\":\"EC\",\"crv\":\"P-256\","
            + "\"x\":\"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY\",\"y\":\"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU\"}}")
        .withFixedDelay(200)));
    try (KeyhavenClient client = vault.client().build()) {
      int threads = 32;
      CountDownLatch start = new CountDownLatch(1);
      var tasks = java.util.stream.IntStream.range(0, threads).mapToObj(i -> new FutureTask<>(() -> {
        start.await();
        return client.cryptography(ObjectId.parse(vault.kid())).key();
      })).toList();
      tasks.forEach(task -> new Thread(task).start());
      start.countDown();
      for (var task : tasks) {
        assertThat(task.get().crv().wireName()).isEqualTo("P-256");
      }
    }
    assertThat(requests()).isEqualTo(1);
  }
}
