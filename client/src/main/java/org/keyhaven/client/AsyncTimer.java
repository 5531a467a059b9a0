package org.keyhaven.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Waits that hold no thread. Its own thread only keeps the time. Thread-safe. */
final class AsyncTimer implements AutoCloseable {
  private final ScheduledThreadPoolExecutor clock;
  private final Executor executor;

  /** @param executor completes what was waited for */
  AsyncTimer(Executor executor) {
    this.executor = executor;
    this.clock = new ScheduledThreadPoolExecutor(1, work -> {
      Thread thread = new Thread(work, "keyhaven-timer");
      thread.setDaemon(true);
      return thread;
    });
    clock.setRemoveOnCancelPolicy(true);
  }

  /** Completed after the time; cancelling it leaves nothing behind. */
  CompletableFuture<Void> after(Duration time) {
    CompletableFuture<Void> wait = new CompletableFuture<>();
    ScheduledFuture<?> alarm = clock.schedule(() -> executor.execute(() -> wait.complete(null)), time.toNanos(),
        TimeUnit.NANOSECONDS);
    wait.whenComplete((nothing, failure) -> alarm.cancel(false));
    return wait;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
