package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** Many threads, few connections, tokens that expire meanwhile. */
@Timeout(120)
class ConcurrencyTest {
  private static final int THREADS = 64;
  private static final int CALLS = 20;

  private static FaultyVault vault;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException, InterruptedException {
    vault = new FaultyVault(directory);
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  @BeforeEach
  void answer() {
    vault.server.resetAll();
    vault.server.stubFor(any(anyUrl()).atPriority(5).willReturn(FaultyVault.error(401, "Unauthorized", "no")
        .withHeader("WWW-Authenticate", vault.challenge("https://login.example/t", vault.uri().toString()))));
    vault.server.stubFor(any(anyUrl()).atPriority(1).withHeader("Authorization", matching("Bearer .*")).willReturn(vault.signature()));
  }

  private static byte[] sign(KeyhavenClient client) {
    return client.cryptography(ObjectId.parse(vault.kid())).sign(SignatureAlgorithm.ES256, new byte[32]);
  }

  private static <T> List<FutureTask<T>> started(Callable<T> work, List<Thread> threads) {
    return IntStream.range(0, THREADS).mapToObj(i -> {
      FutureTask<T> task = new FutureTask<>(work);
      Thread thread = new Thread(task, "caller-" + i);
      threads.add(thread);
      thread.start();
      return task;
    }).toList();
  }

  @Test
  void everyCallIsAnsweredWhileTokensExpireAndConnectionsAreFew() throws InterruptedException, ExecutionException {
    AtomicInteger asking = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger tokens = new AtomicInteger();
    TokenSource shortLived = request -> {
      most.accumulateAndGet(asking.incrementAndGet(), Math::max);
      AccessToken token = AccessToken.of("token-" + tokens.incrementAndGet(), Instant.now().plusMillis(100));
      asking.decrementAndGet();
      return token;
    };
    List<Thread> threads = new ArrayList<>();
    try (KeyhavenClient client = vault.client().deadline(Duration.ofSeconds(100)).maxConnections(4).tokenSource(shortLived).build()) {
      for (FutureTask<Integer> task : started(() -> {
        int right = 0;
        for (int i = 0; i < CALLS; i++) {
          right += sign(client).length == 3 ? 1 : 0;
        }
        return right;
      }, threads)) {
        assertThat(task.get()).isEqualTo(CALLS);
      }
    }
    assertThat(most).hasValue(1);
    assertThat(tokens.get()).isGreaterThan(1);
    // Sixty-four at once asked bare at most; nobody asked a second time without a token, and nobody's token was refused.
    assertThat(vault.server.findAll(anyRequestedFor(anyUrl()))).hasSizeBetween(THREADS * CALLS + 1, THREADS * CALLS + THREADS);
  }

  @Test
  void interruptedCallersLeaveTheirConnectionsToOthers() throws InterruptedException, ExecutionException {
    vault.server.stubFor(any(anyUrl()).atPriority(1).withHeader("Authorization", matching("Bearer slow"))
        .willReturn(vault.signature().withFixedDelay(60_000)));
    vault.server.stubFor(any(anyUrl()).atPriority(1).withHeader("Authorization", matching("Bearer quick")).willReturn(vault.signature()));
    AtomicInteger asked = new AtomicInteger();
    TokenSource firstSlow = new TokenSource() {
      @Override
      public AccessToken token(TokenRequest request) {
        return AccessToken.of(asked.getAndIncrement() == 0 ? "slow" : "quick", Instant.now().plusSeconds(2));
      }

      @Override
      public boolean needsChallenge() {
        return false;
      }
    };
    List<Thread> threads = new ArrayList<>();
    try (KeyhavenClient client = vault.client().deadline(Duration.ofSeconds(100)).maxConnections(2).tokenSource(firstSlow).build()) {
      List<FutureTask<Boolean>> tasks = started(() -> {
        assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Interrupted.class);
        return Thread.currentThread().isInterrupted();
      }, threads);
      while (vault.server.findAll(anyRequestedFor(anyUrl())).size() < 2) {
        Thread.onSpinWait();
      }
      threads.forEach(Thread::interrupt);
      for (FutureTask<Boolean> task : tasks) {
        assertThat(task.get()).isTrue();
      }
      while (asked.get() < 2) {
        vault.server.stubFor(any(anyUrl()).atPriority(1).withHeader("Authorization", matching("Bearer slow")).willReturn(vault.signature()));
        assertThat(sign(client)).containsExactly(1, 2, 3);
      }
      assertThat(sign(client)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aClosedClientLeavesNoThreadAndEndsEveryCall() throws InterruptedException, ExecutionException {
    vault.server.stubFor(any(anyUrl()).atPriority(1).willReturn(vault.signature().withFixedDelay(60_000)));
    List<Thread> threads = new ArrayList<>();
    KeyhavenClient client = vault.client().maxConnections(2).deadline(Duration.ofSeconds(100)).build();
    List<FutureTask<VaultException>> tasks = started(
        () -> org.assertj.core.api.Assertions.catchThrowableOfType(VaultException.class, () -> sign(client)), threads);
    while (vault.server.findAll(anyRequestedFor(anyUrl())).size() < 2) {
      Thread.onSpinWait();
    }
    client.close();
    for (FutureTask<VaultException> task : tasks) {
      assertThat(task.get()).isInstanceOf(VaultException.Unavailable.class);
    }
    // The watchdog waits a second for more to do before it ends; the test's own time limit bounds this.
    while (Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().startsWith("keyhaven-"))) {
      Thread.onSpinWait();
    }
  }
}
