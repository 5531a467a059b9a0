package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AsyncTimerTest {
  private final AsyncTimer timer = new AsyncTimer(Runnable::run, () -> new IllegalStateException("closed"));

  @Test
  void aWaitEnds() throws Exception {
    timer.after(Duration.ofMillis(1)).get(20, TimeUnit.SECONDS);
    timer.close();
  }

  @Test
  void closingEndsEveryWait() {
    CompletableFuture<Void> wait = timer.after(Duration.ofDays(1));
    timer.close();
    assertThat(wait).isCompletedExceptionally();
    assertThatThrownBy(wait::join).hasRootCauseMessage("closed");
  }

  @Test
  void aClosedTimerWaitsForNothing() {
    timer.close();
    assertThatThrownBy(timer.after(Duration.ofDays(1))::join).hasRootCauseMessage("closed");
  }
}
