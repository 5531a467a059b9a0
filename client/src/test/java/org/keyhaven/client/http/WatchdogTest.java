package org.keyhaven.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchdogTest {

  @Test
  void thatThereWasNoThreadOnceLeavesLaterExchangesWatched() throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    Watchdog watchdog = new Watchdog(work -> asked.incrementAndGet() > 1 ? new Thread(work) : new Thread(work) {
      @Override
      public void start() {
        throw new OutOfMemoryError("unable to create native thread");
      }
    });
    Deadline past = Deadline.after(Duration.ZERO);
    assertThatThrownBy(() -> watchdog.watch(() -> true, past)).isInstanceOf(OutOfMemoryError.class);
    CountDownLatch cancelled = new CountDownLatch(1);
    try (Watchdog.Watch watch = watchdog.watch(() -> {
      cancelled.countDown();
      return true;
    }, past)) {
      assertThat(cancelled.await(20, TimeUnit.SECONDS)).as("%s", watch).isTrue();
    }
  }
}
