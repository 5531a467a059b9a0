package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CachedTest {
  private final AtomicInteger loads = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();
  private final Deque<Runnable> background = new ArrayDeque<>();

  @Test
  void anOldValueServesWhileItIsRefreshedInTheBackground() {
    Cached<Integer> cached = cached(loads::incrementAndGet);
    assertThat(cached.get()).isEqualTo(1);
    pass(60);
    assertThat(cached.get()).isEqualTo(1);
    assertThat(background).isEmpty();
    pass(1);
    assertThat(cached.get()).isEqualTo(1);
    assertThat(cached.get()).isEqualTo(1);
    assertThat(background).hasSize(1);
    background.remove().run();
    assertThat(cached.get()).isEqualTo(2);
    assertThat(background).isEmpty();
  }

  @Test
  void aValueThatIsTooOldServesNoLonger() {
    Cached<Integer> cached = cached(loads::incrementAndGet);
    assertThat(cached.get()).isEqualTo(1);
    pass(301);
    assertThat(cached.get()).isEqualTo(2);
  }

  @Test
  void aRefreshThatWaitsForItsTurnIsRunByWhoeverNeedsIt() {
    Cached<Integer> cached = cached(loads::incrementAndGet);
    cached.get();
    pass(61);
    cached.get();
    pass(300);
    assertThat(cached.get()).isEqualTo(2);
    background.remove().run();
    assertThat(loads).hasValue(2);
  }

  @Test
  void aRefreshThatFailsLeavesTheOldValueUntilItIsTooOld() {
    Cached<Integer> cached = cached(() -> {
      if (loads.incrementAndGet() > 1) {
        throw new IllegalStateException("down");
      }
      return loads.get();
    });
    cached.get();
    pass(61);
    cached.get();
    background.remove().run();
    assertThat(cached.get()).isEqualTo(1);
    pass(300);
    assertThatThrownBy(cached::get).isInstanceOf(IllegalStateException.class).hasMessage("down");
  }

  @Test
  void whatWasInvalidatedIsLoadedAnew() {
    Cached<Integer> cached = cached(loads::incrementAndGet);
    assertThat(cached.get()).isEqualTo(1);
    cached.invalidate();
    assertThat(cached.get()).isEqualTo(2);
  }

  @Test
  void aFailureIsNotKept() {
    Cached<Integer> cached = cached(() -> {
      if (loads.incrementAndGet() == 1) {
        throw new IllegalStateException("down");
      }
      return loads.get();
    });
    assertThatThrownBy(cached::get).isInstanceOf(IllegalStateException.class).hasMessage("down");
    assertThat(cached.get()).isEqualTo(2);
  }

  @Test
  void manyThreadsCauseOneLoad() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch ready = new CountDownLatch(32);
    Cached<Integer> cached = cached(() -> {
      await(release);
      return loads.incrementAndGet();
    });
    ExecutorService threads = Executors.newFixedThreadPool(32);
    try {
      List<Future<Integer>> values = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        values.add(threads.submit(() -> {
          ready.countDown();
          return cached.get();
        }));
      }
      await(ready);
      release.countDown();
      for (Future<Integer> value : values) {
        assertThat(value.get()).isEqualTo(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anotherThreadsInterruptIsNoAnswer() throws Exception {
    assertThat(afterAnothersFailure(new VaultException.Interrupted(VaultException.Details.local("Interrupted", "x", null, null))))
        .isEqualTo(2);
  }

  @Test
  void anotherThreadsTimeLimitIsNotOurs() throws Exception {
    assertThat(afterAnothersFailure(new VaultException.Timeout(VaultException.Details.local("Timeout", "x", null, null))))
        .isEqualTo(2);
  }

  @Test
  void whoIsInterruptedWhileWaitingIsToldSo() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch loading = new CountDownLatch(1);
    Cached<Integer> cached = cached(() -> {
      loading.countDown();
      await(release);
      return loads.incrementAndGet();
    });
    FutureTask<Integer> other = new FutureTask<>(cached::get);
    new Thread(other).start();
    await(loading);
    Thread.currentThread().interrupt();
    assertThatThrownBy(cached::get).isInstanceOf(VaultException.Interrupted.class);
    assertThat(Thread.interrupted()).isTrue();
    release.countDown();
    assertThat(other.get()).isEqualTo(1);
  }

  /** One thread loads and fails so, while this one waits for it. */
  private int afterAnothersFailure(VaultException failure) throws Exception {
    Thread waiting = Thread.currentThread();
    CountDownLatch loading = new CountDownLatch(1);
    Cached<Integer> cached = cached(() -> {
      if (loads.incrementAndGet() == 1) {
        loading.countDown();
        while (waiting.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
        throw failure;
      }
      return loads.get();
    });
    FutureTask<Integer> other = new FutureTask<>(cached::get);
    new Thread(other).start();
    while (loading.getCount() > 0) {
      Thread.onSpinWait();
    }
    int value = cached.get();
    assertThatThrownBy(other::get).hasCause(failure);
    return value;
  }

  private <T> Cached<T> cached(Supplier<T> loader) {
    return new Cached<>(loader, Duration.ofSeconds(60), Duration.ofSeconds(300), background::add, nanos::get);
  }

  private void pass(long seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
