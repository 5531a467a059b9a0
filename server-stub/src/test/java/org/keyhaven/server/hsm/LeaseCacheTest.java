package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeaseCacheTest {
  private final List<String> disposed = Collections.synchronizedList(new ArrayList<>());
  private final LeaseCache<String, String> cache = new LeaseCache<>(2, disposed::add);

  @Test
  void loadsOnceWhenManyThreadsAskAtOnce() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    assertThat(KeyEngineContract.inParallel(64, i -> {
      try (var lease = cache.acquire("a", () -> "A" + loads.incrementAndGet())) {
        return lease.value();
      }
    })).containsOnly("A1").hasSize(64);
    assertThat(loads).hasValue(1);
  }

  @Test
  void theLeastRecentlyUsedLeavesFirst() {
    use("a");
    use("b");
    use("a");
    use("c");
    assertThat(disposed).containsExactly("B");
    assertThat(cache.size()).isEqualTo(2);
  }

  @Test
  void whatIsInUseIsDisposedOfWhenTheLastLeaseEnds() {
    var first = cache.acquire("a", () -> "A");
    var second = cache.acquire("a", () -> "never");
    use("b");
    use("c");
    assertThat(disposed).isEmpty();
    first.close();
    assertThat(disposed).isEmpty();
    second.close();
    assertThat(disposed).containsExactly("A");
  }

  @Test
  void anEvictedKeyIsLoadedAgain() {
    use("a");
    use("b");
    use("c");
    try (var lease = cache.acquire("a", () -> "A again")) {
      assertThat(lease.value()).isEqualTo("A again");
    }
  }

  @Test
  void aFailedLoadIsNotRemembered() {
    assertThatThrownBy(() -> cache.acquire("a", () -> {
      throw new IOException("not now");
    })).isInstanceOf(IOException.class);
    assertThat(cache.size()).isZero();
    use("a");
    assertThat(cache.size()).isEqualTo(1);
    assertThat(disposed).isEmpty();
  }

  @Test
  void clearingDisposesOfTheIdleAtOnceAndOfTheUsedLater() {
    use("a");
    var lease = cache.acquire("b", () -> "B");
    cache.clear();
    assertThat(disposed).containsExactly("A");
    lease.close();
    assertThat(disposed).containsExactly("A", "B");
    assertThat(cache.size()).isZero();
  }

  @Test
  void noValueIsUsedAfterItWasDisposedOf() throws Exception {
    Set<Object> dead = ConcurrentHashMap.newKeySet();
    LeaseCache<Integer, Object> contended = new LeaseCache<>(2, dead::add);
    assertThat(KeyEngineContract.inParallel(8, i -> {
      boolean alive = true;
      for (int round = 0; round < 5000; round++) {
        try (var lease = contended.acquire(ThreadLocalRandom.current().nextInt(6), Object::new)) {
          alive &= !dead.contains(lease.value());
        }
      }
      return alive;
    })).containsOnly(true);
    assertThat(contended.size()).isEqualTo(2);
  }

  private void use(String key) {
    try (var lease = cache.acquire(key, () -> key.toUpperCase(Locale.ROOT))) {
      assertThat(lease.value()).isEqualToIgnoringCase(key);
    }
  }
}
