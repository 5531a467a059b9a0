package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CachedTest {
  private final AtomicInteger loads = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void theValueIsLoadedAgainOnlyWhenItIsTooOld() {
    Cached<Integer> cached = new Cached<>(loads::incrementAndGet, Duration.ofSeconds(60), nanos::get);
    assertThat(cached.ifFresh()).isNull();
    assertThat(cached.get()).isEqualTo(1);
    nanos.addAndGet(Duration.ofSeconds(60).toNanos());
    assertThat(cached.get()).isEqualTo(1);
    assertThat(cached.ifFresh()).isEqualTo(1);
    nanos.incrementAndGet();
    assertThat(cached.ifFresh()).isNull();
    assertThat(cached.get()).isEqualTo(2);
    cached.invalidate();
    assertThat(cached.get()).isEqualTo(3);
  }

  @Test
  void aFailureIsNotKept() {
    Cached<Integer> cached = new Cached<>(() -> {
      if (loads.incrementAndGet() == 1) {
        throw new IllegalStateException("down");
      }
      return loads.get();
    }, Duration.ofSeconds(60), nanos::get);
    assertThatThrownBy(cached::get).isInstanceOf(IllegalStateException.class).hasMessage("down");
    assertThat(cached.get()).isEqualTo(2);
  }

  @Test
  void manyThreadsCauseOneLoad() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch ready = new CountDownLatch(32);
    Cached<Integer> cached = new Cached<>(() -> {
      await(release);
      return loads.incrementAndGet();
    }, Duration.ofSeconds(60), nanos::get);
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

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
