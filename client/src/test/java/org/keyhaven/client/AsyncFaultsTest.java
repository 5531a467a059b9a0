package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** The faults of {@link FaultsTest} and those that only futures know, over HTTP/1.1 and HTTP/2. */
@Timeout(60)
@ParameterizedClass
@ValueSource(booleans = {false, true})
class AsyncFaultsTest {
  private static final byte[] DIGEST = new byte[32];
  private static final KeyCreateParameters EC = new KeyCreateParameters(KeyType.EC, null, null, null, null, null, null);

  private static FaultyVault single;
  private static FaultyVault multiplexed;
  private static Path directory;

  private final FaultyVault vault;

  AsyncFaultsTest(boolean http2) {
    this.vault = http2 ? multiplexed : single;
  }

  @BeforeAll
  static void start(@TempDir Path one, @TempDir Path two) throws IOException, InterruptedException {
    directory = one;
    single = new FaultyVault(one);
    multiplexed = FaultyVault.withHttp2(two);
  }

  @AfterAll
  static void stop() {
    single.close();
    multiplexed.close();
  }

  @AfterEach
  void reset() {
    vault.server.resetAll();
  }

  private CompletableFuture<byte[]> sign(KeyhavenClient client) {
    return client.async().cryptography(ObjectId.parse(vault.kid())).sign(SignatureAlgorithm.ES256, DIGEST);
  }

  private int requests() {
    return vault.server.findAll(anyRequestedFor(anyUrl())).size();
  }

  private static <T extends Throwable> T failure(Class<T> type, CompletableFuture<?> future) throws Exception {
    try {
      future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(type);
      return type.cast(e.getCause());
    }
    throw new AssertionError("the call did not fail");
  }

  private void answerSlowly(Duration delay) {
    vault.server.stubFor(any(anyUrl()).willReturn(vault.signature().withFixedDelay((int) delay.toMillis())));
  }

  @Test
  void aGoodAnswerIsReturned() throws Exception {
    vault.server.stubFor(post(urlPathEqualTo(FaultyVault.KID_PATH + "/sign")).willReturn(vault.signature()));
    try (KeyhavenClient client = vault.client().build()) {
      assertThat(sign(client).get()).containsExactly(1, 2, 3);
    }
    var request = vault.server.findAll(anyRequestedFor(anyUrl())).get(0);
    assertThat(request.getProtocol()).isEqualTo(vault == multiplexed ? "HTTP/2.0" : "HTTP/1.1");
    assertThat(request.getHeader("Authorization")).isEqualTo("Bearer the-token");
    assertThat(request.getHeader("User-Agent")).isEqualTo("keyhaven-client");
    assertThat(request.getBodyAsString()).startsWith("{\"alg\":\"ES256\",\"value\":\"AAAA");
  }

  @Test
  void aPassingFailureIsTriedAgain() throws Exception {
    vault.server.stubFor(any(anyUrl()).inScenario("s").whenScenarioStateIs(Scenario.STARTED)
        .willReturn(FaultyVault.error(503, "X", "later")).willSetStateTo("well"));
    vault.server.stubFor(any(anyUrl()).inScenario("s").whenScenarioStateIs("well").willReturn(vault.signature()));
    try (KeyhavenClient client = vault.client().build()) {
      assertThat(sign(client).get()).containsExactly(1, 2, 3);
    }
    assertThat(requests()).isEqualTo(2);
  }

  @Test
  void retryAfterIsObeyed() throws Exception {
    vault.server.stubFor(any(anyUrl()).inScenario("s").whenScenarioStateIs(Scenario.STARTED)
        .willReturn(FaultyVault.error(429, "Throttled", "slow down").withHeader("Retry-After", "1")).willSetStateTo("well"));
    vault.server.stubFor(any(anyUrl()).inScenario("s").whenScenarioStateIs("well").willReturn(vault.signature()));
    try (KeyhavenClient client = vault.client().build()) {
      long start = System.nanoTime();
      sign(client).get();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void aCreatingCallWhoseConnectionBrokeIsNotRepeated() throws Exception {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.json(200, "{}").withFault(Fault.CONNECTION_RESET_BY_PEER)));
    try (KeyhavenClient client = vault.client().build()) {
      failure(VaultException.Unavailable.class, client.async().keys().create("k", EC));
    }
    assertThat(requests()).isEqualTo(1);
  }

  /** A client of a server, with HTTP/1.1, that does with connections what it is told. */
  private static KeyhavenClient clientOf(RawVault raw) {
    return single.client().vault(raw.uri()).retry(new RetrySettings(3, Duration.ofMillis(1), Duration.ofMillis(1))).build();
  }

  @Test
  void aResetBeforeTheRequestWasSentIsTriedAgainEvenForACreation() throws Exception {
    for (RawVault.Behaviour before : List.of(RawVault.resettingAtOnce(), RawVault.closingAtOnce())) {
      try (RawVault raw = new RawVault(directory, before); KeyhavenClient client = clientOf(raw)) {
        assertThat(failure(VaultException.Unavailable.class, client.async().keys().create("k", EC)).code())
            .isEqualTo("Unreachable");
        assertThat(raw.connections).hasValue(3);
        assertThat(raw.requests).hasValue(0);
      }
    }
  }

  @Test
  void aResetAfterTheRequestWasSentIsTriedAgainForAReadAlone() throws Exception {
    try (RawVault raw = new RawVault(directory, RawVault.resettingAfterTheRequest()); KeyhavenClient client = clientOf(raw)) {
      assertThat(failure(VaultException.Unavailable.class, client.async().keys().create("k", EC)).code())
          .isEqualTo("ConnectionFailed");
      assertThat(raw.requests).hasValue(1);
      failure(VaultException.Unavailable.class, client.async().keys().get("k"));
      assertThat(raw.requests).hasValue(4);
    }
  }

  @Test
  void anAnswerThatIsTooLargeIsRefused() throws Exception {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.json(200, "x".repeat(Json.MAX_BODY_BYTES + 1))));
    try (KeyhavenClient client = vault.client().build()) {
      assertThat(failure(VaultException.class, sign(client))).hasMessageContaining("larger than");
    }
    assertThat(requests()).isEqualTo(1);
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.json(307, "{}").withHeader("Location", vault.uri() + "/elsewhere")));
    try (KeyhavenClient client = vault.client().build()) {
      assertThat(failure(VaultException.class, sign(client)).status()).isEqualTo(307);
    }
    assertThat(requests()).isEqualTo(1);
  }

  @Test
  void aChallengeOfAnotherHostGetsNoToken() throws Exception {
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(401, "Unauthorized", "no")
        .withHeader("WWW-Authenticate", vault.challenge("https://login.example/tenant-1", "https://evil.example"))));
    AtomicInteger asked = new AtomicInteger();
    try (KeyhavenClient client = vault.client().tokenSource(request -> {
      asked.incrementAndGet();
      return new AccessToken("t", Instant.MAX, Instant.MAX);
    }).build()) {
      assertThat(failure(VaultException.Unauthenticated.class, sign(client)).code()).isEqualTo("UntrustedChallenge");
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  void aTokenThatIsRefusedIsReplacedOnceAndForAllCalls() throws Exception {
    vault.server.stubFor(any(anyUrl()).atPriority(5).willReturn(FaultyVault.error(401, "Unauthorized", "no")
        .withHeader("WWW-Authenticate", vault.challenge("https://login.example/tenant-1", vault.uri().toString()))));
    vault.server.stubFor(any(anyUrl()).atPriority(1).withHeader("Authorization", matching("Bearer token-2"))
        .willReturn(vault.signature()));
    AtomicInteger asked = new AtomicInteger();
    try (KeyhavenClient client = vault.client().tokenSource(
        request -> AccessToken.of("token-" + asked.incrementAndGet(), Instant.now().plusSeconds(3600))).build()) {
      List<CompletableFuture<byte[]>> calls = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        calls.add(sign(client));
      }
      for (CompletableFuture<byte[]> call : calls) {
        assertThat(call.get()).containsExactly(1, 2, 3);
      }
    }
    assertThat(asked).hasValue(2);
  }

  @Test
  void aSourceThatIsSlowHoldsUpNobodysThreadAndIsBoundedByTheDeadline() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(401, "Unauthorized", "no")
        .withHeader("WWW-Authenticate", vault.challenge("https://login.example/tenant-1", vault.uri().toString()))));
    try (KeyhavenClient client = vault.client().deadline(Duration.ofMillis(700)).tokenSource(request -> {
      try {
        free.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("too late");
    }).build()) {
      failure(VaultException.Timeout.class, sign(client));
    } finally {
      free.countDown();
    }
  }

  @Test
  void theDeadlineBoundsTheWholeCall() throws Exception {
    answerSlowly(Duration.ofSeconds(30));
    try (KeyhavenClient client = vault.client().deadline(Duration.ofMillis(700)).build()) {
      long start = System.nanoTime();
      failure(VaultException.Timeout.class, sign(client));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void anAnswerThatDripsIsBoundedToo() throws Exception {
    vault.server.stubFor(any(anyUrl()).willReturn(vault.signature().withChunkedDribbleDelay(20, 30_000)));
    try (KeyhavenClient client = vault.client().deadline(Duration.ofSeconds(1)).build()) {
      failure(VaultException.Timeout.class, sign(client));
    }
  }

  @Test
  void aCancelledCallGivesItsPlaceAwayAndLeavesTheOthersAlone() throws Exception {
    answerSlowly(Duration.ofSeconds(30));
    vault.server.stubFor(get(urlPathEqualTo("/keys")).willReturn(FaultyVault.json(200, "{\"value\":[]}").withFixedDelay(1500)));
    try (KeyhavenClient client = vault.client().maxConnections(2).build()) {
      CompletableFuture<List<KeyItem>> beside = client.async().keys().list().toList(1);
      List<CompletableFuture<byte[]>> slow = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        slow.add(sign(client));
      }
      slow.forEach(call -> assertThat(call.cancel(true)).isTrue());
      vault.server.stubFor(post(anyUrl()).willReturn(vault.signature()));
      assertThat(sign(client).get(20, TimeUnit.SECONDS)).containsExactly(1, 2, 3);
      assertThat(beside.get(20, TimeUnit.SECONDS)).isEmpty();
      assertThatThrownBy(() -> slow.get(0).get()).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void callsBeyondThePoolWaitForTheirTurn() throws Exception {
    answerSlowly(Duration.ofMillis(20));
    try (KeyhavenClient client = vault.client().maxConnections(2).build()) {
      List<CompletableFuture<byte[]>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        calls.add(sign(client));
      }
      for (CompletableFuture<byte[]> call : calls) {
        assertThat(call.get()).containsExactly(1, 2, 3);
      }
    }
    assertThat(requests()).isEqualTo(40);
  }

  @Test
  void closingTheClientFailsEveryCallUnderWay() throws Exception {
    answerSlowly(Duration.ofSeconds(30));
    KeyhavenClient client = vault.client().maxConnections(1).build();
    List<CompletableFuture<byte[]>> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      calls.add(sign(client));
    }
    client.close();
    for (CompletableFuture<byte[]> call : calls) {
      assertThat(failure(VaultException.Unavailable.class, call).code()).isEqualTo("Closed");
    }
    assertThatThrownBy(client::async).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void codeThatBlocksAfterAFutureHoldsUpNoOtherCall() throws Exception {
    vault.server.stubFor(any(anyUrl()).willReturn(vault.signature().withFixedDelay(100)));
    CountDownLatch free = new CountDownLatch(1);
    CountDownLatch stuck = new CountDownLatch(8);
    try (KeyhavenClient client = vault.client().build()) {
      for (int i = 0; i < 8; i++) {
        sign(client).thenAccept(signature -> {
          stuck.countDown();
          try {
            free.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
      }
      assertThat(stuck.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(sign(client).get(20, TimeUnit.SECONDS)).containsExactly(1, 2, 3);
    } finally {
      free.countDown();
    }
  }

  @Test
  void aServerThatIsNotTrustedIsNotSpokenTo() throws Exception {
    FaultyVault other = vault == multiplexed ? single : multiplexed;
    try (KeyhavenClient client = vault.client().caFile(other.caFile).build()) {
      assertThat(failure(VaultException.Unavailable.class, sign(client)).code()).isEqualTo("TlsFailed");
    }
    assertThat(requests()).isZero();
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() throws Exception {
    // The certificate is for localhost and 127.0.0.1.
    URI address = URI.create("https://127.0.0.2:" + vault.server.httpsPort());
    try (KeyhavenClient client = vault.client().vault(address).build()) {
      assertThat(failure(VaultException.Unavailable.class, client.async().keys().get("k")).code()).isEqualTo("TlsFailed");
    }
    assertThat(requests()).isZero();
  }

  @Test
  void aPortWhereNobodyListensIsUnreachable() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (KeyhavenClient client = vault.client().vault(URI.create("https://localhost:" + port)).build()) {
      assertThat(failure(VaultException.Unavailable.class, client.async().keys().create("k", EC)).code())
          .isEqualTo("Unreachable");
    }
  }

  @Test
  void aServerThatNeverAnswersTheHandshakeIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0);
        KeyhavenClient client = vault.client().vault(URI.create("https://localhost:" + silent.getLocalPort()))
            .deadline(Duration.ofMillis(700)).build()) {
      failure(VaultException.Timeout.class, client.async().keys().get("k"));
    }
  }

  @Test
  void aListingIsFetchedPageByPageAndNoFurtherThanAsked() throws Exception {
    vault.server.stubFor(get(urlPathEqualTo("/keys")).willReturn(FaultyVault.json(200, "{\"value\":[{\"kid\":\"" + vault.uri()
        + "/keys/a\"},{\"kid\":\"" + vault.uri() + "/keys/b\"}],\"nextLink\":\"" + vault.uri() + "/more?api-version=7.6\"}")));
    vault.server.stubFor(get(urlPathEqualTo("/more")).willReturn(FaultyVault.json(200, "{\"value\":[{\"kid\":\"" + vault.uri()
        + "/keys/c\"}],\"nextLink\":\"https://evil.example/keys\"}")));
    try (KeyhavenClient client = vault.client().build()) {
      AsyncPaged<KeyItem> list = client.async().keys().list();
      assertThat(list.toList(2).get()).hasSize(2);
      assertThat(requests()).isEqualTo(1);
      assertThat(list.toList(3).get()).extracting(item -> item.kid().name()).containsExactly("a", "b", "c");
      assertThat(failure(VaultException.class, list.forEachPage(page -> true))).hasMessageContaining("outside of itself");
    }
  }

  @Test
  void aClosedClientLeavesNoThread() throws Exception {
    vault.server.stubFor(any(anyUrl()).willReturn(vault.signature()));
    Set<Thread> before = threads();
    try (KeyhavenClient client = vault.client().build()) {
      sign(client).get();
      assertThat(threads()).anyMatch(thread -> thread.getName().startsWith("keyhaven-io"));
    }
    for (Thread thread : threads()) {
      if (!before.contains(thread)) {
        thread.join(20_000);
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("keyhaven-"))
        .collect(Collectors.toSet());
  }
}
