package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.TestVault;

/** Many threads on one client of a real vault: nothing hangs, nothing is lost, nothing stays behind. */
@Timeout(120)
class ConcurrencyIT {
  private static final int THREADS = 64;
  private static final byte[] DIGEST = new byte[32];

  private static ObjectId key;

  @BeforeAll
  static void createKey() {
    try (KeyhavenClient client = Clients.vault()) {
      key = client.keys().create("concurrency", new KeyCreateParameters(KeyType.EC, null, null, null, null, null,
          KeyCurve.P_256)).key().kid();
    }
  }

  private static KeyhavenClient.Builder builder() {
    return Clients.builder(TestVault.get().vaultUrl());
  }

  private static byte[] sign(KeyhavenClient client) {
    return client.cryptography(key).sign(SignatureAlgorithm.ES256, DIGEST);
  }

  /** Runs the task in that many threads, started together. */
  private static <T> List<FutureTask<T>> start(int count, Callable<T> task) {
    CyclicBarrier together = new CyclicBarrier(count);
    List<FutureTask<T>> running = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      FutureTask<T> future = new FutureTask<>(() -> {
        together.await();
        return task.call();
      });
      running.add(future);
      Thread thread = new Thread(future, "concurrency-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    return running;
  }

  private static <T> List<T> results(List<FutureTask<T>> running) throws Exception {
    List<T> results = new ArrayList<>();
    for (FutureTask<T> each : running) {
      results.add(each.get(100, TimeUnit.SECONDS));
    }
    return results;
  }

  /** A source that is never asked twice at the same time. */
  private static final class CountingSource implements TokenSource {
    private final TokenSource real = Clients.secret().build();
    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final Duration life;
    private final String first;

    /** @param first what the first answer is in place of a good token; null for a good one */
    CountingSource(Duration life, String first) {
      this.life = life;
      this.first = first;
    }

    @Override
    public AccessToken token(TokenRequest request) throws IOException {
      mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      try {
        boolean bad = fetches.incrementAndGet() == 1 && first != null;
        String value = bad ? first : real.token(request).value();
        Instant now = Instant.now();
        return new AccessToken(value, now.plus(life), now.plus(life.dividedBy(2)));
      } finally {
        atOnce.decrementAndGet();
      }
    }
  }

  @Test
  void tokensThatExpireUnderLoadAreFetchedOneAtATimeAndNoCallFails() throws Exception {
    CountingSource source = new CountingSource(Duration.ofMillis(200), null);
    try (KeyhavenClient client = builder().tokenSource(source).build()) {
      List<FutureTask<Integer>> running = start(THREADS, () -> {
        int signed = 0;
        while (source.fetches.get() < 4) {
          assertThat(sign(client)).hasSize(64);
          signed++;
        }
        return signed;
      });
      assertThat(results(running)).hasSize(THREADS);
      assertThat(source.mostAtOnce).hasValue(1);
    }
  }

  @Test
  void aTokenThatTheVaultRefusesIsReplacedOnceForAllThreads() throws Exception {
    CountingSource source = new CountingSource(Duration.ofHours(1), "revoked");
    try (KeyhavenClient client = builder().tokenSource(source).build()) {
      assertThat(results(start(THREADS, () -> sign(client)))).allSatisfy(signature -> assertThat(signature).hasSize(64));
      assertThat(source.fetches).hasValue(2);
    }
  }

  @Test
  void firstUseByManyThreadsIsOneLookup() throws Exception {
    AtomicInteger lookups = new AtomicInteger();
    byte[] signature;
    try (KeyhavenClient client = Clients.vault()) {
      signature = sign(client);
    }
    try (KeyhavenClient client = builder().listener(start -> {
      if (start.operation().equals("KEY_GET")) {
        lookups.incrementAndGet();
      }
      return end -> { };
    }).build()) {
      assertThat(results(start(THREADS, () -> client.cryptography(key).verify(SignatureAlgorithm.ES256, DIGEST, signature))))
          .containsOnly(true);
      assertThat(lookups).hasValue(1);
    }
  }

  @Test
  void manyThreadsShareAFewConnections() throws Exception {
    try (KeyhavenClient client = builder().maxConnections(2).build()) {
      List<Integer> signed = results(start(THREADS, () -> {
        int count = 0;
        for (int i = 0; i < 5; i++) {
          count += sign(client).length == 64 ? 1 : 0;
        }
        return count;
      }));
      assertThat(signed).containsOnly(5);
    }
  }

  @Test
  void whoGetsNoConnectionInTimeIsToldAndNoConnectionIsLost() throws Exception {
    TokenSource token = TokenSource.fixed(TestVault.get().token(false));
    long start;
    try (KeyhavenClient alone = builder().tokenSource(token).build()) {
      sign(alone);
      start = System.nanoTime();
      for (int i = 0; i < THREADS; i++) {
        sign(alone);
      }
    }
    // Enough for one, and not for one who waits for all the others on a single connection.
    Duration deadline = Duration.ofNanos((System.nanoTime() - start) / 2);
    try (KeyhavenClient client = builder().tokenSource(token).maxConnections(1).deadline(deadline).build()) {
      List<Boolean> signed = results(start(THREADS, () -> {
        try {
          for (int i = 0; i < 10; i++) {
            sign(client);
          }
          return true;
        } catch (VaultException.Timeout e) {
          return false;
        }
      }));
      assertThat(signed).contains(false);
      // With a single connection, a lost one would be all of them.
      assertThat(signsWithin(client, 50)).isTrue();
    }
  }

  private static boolean signsWithin(KeyhavenClient client, int attempts) {
    for (int i = 0; i < attempts; i++) {
      try {
        return sign(client).length == 64;
      } catch (VaultException.Timeout e) {
        assertThat(e.status()).isZero();
      }
    }
    return false;
  }

  @Test
  void interruptedThreadsEndAndTheOthersGoOn() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    CountDownLatch working = new CountDownLatch(16);
    List<Thread> toInterrupt = Collections.synchronizedList(new ArrayList<>());
    try (KeyhavenClient client = builder().maxConnections(4).build()) {
      List<FutureTask<Boolean>> interrupted = start(16, () -> {
        toInterrupt.add(Thread.currentThread());
        sign(client);
        working.countDown();
        assertThatThrownBy(() -> {
          while (true) {
            sign(client);
          }
        }).isInstanceOf(VaultException.Interrupted.class);
        return Thread.currentThread().isInterrupted();
      });
      List<FutureTask<Integer>> others = start(16, () -> {
        int count = 0;
        while (!enough.get()) {
          assertThat(sign(client)).hasSize(64);
          count++;
        }
        return count;
      });
      assertThat(working.await(60, TimeUnit.SECONDS)).isTrue();
      toInterrupt.forEach(Thread::interrupt);
      assertThat(results(interrupted)).containsOnly(true);
      // Four connections serve as before: as many calls at once, several times over.
      assertThat(results(start(16, () -> sign(client).length))).containsOnly(64);
      enough.set(true);
      assertThat(results(others)).allSatisfy(count -> assertThat(count).isPositive());
    }
  }

  @Test
  void closingUnderLoadEndsEveryCallAndLeavesNoThread() throws Exception {
    Set<Thread> before = ours();
    CountDownLatch working = new CountDownLatch(THREADS);
    // Ending by its deadline would be too late for this test.
    KeyhavenClient client = builder().maxConnections(8).deadline(Duration.ofMinutes(10)).build();
    List<FutureTask<Throwable>> running = start(THREADS, () -> {
      sign(client);
      working.countDown();
      try {
        while (true) {
          sign(client);
        }
      } catch (VaultException e) {
        return e;
      }
    });
    assertThat(working.await(60, TimeUnit.SECONDS)).isTrue();
    client.close();
    assertThat(results(running)).hasSize(THREADS);
    assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.class);
    for (Thread thread : ours()) {
      if (!before.contains(thread)) {
        thread.join(20_000);
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }

  /** The client's own threads, which it names so. */
  private static Set<Thread> ours() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("keyhaven-(watchdog|token)|concurrency-.*")).collect(Collectors.toSet());
  }
}
