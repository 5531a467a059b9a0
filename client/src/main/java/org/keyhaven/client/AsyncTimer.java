package org.keyhaven.client;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits that hold no thread. Its own thread only keeps the time. Thread-safe. */
final class AsyncTimer implements AutoCloseable {
  private final ScheduledThreadPoolExecutor clock;
  private final Executor executor;
  private final Supplier<? extends Throwable> whenClosed;
  private final Set<CompletableFuture<Void>> waits = ConcurrentHashMap.newKeySet();

  /**
   * @param executor completes what was waited for
   * @param whenClosed how waits fail that a closed timer can no more end
   */
  AsyncTimer(Executor executor, Supplier<? extends Throwable> whenClosed) {
    this.executor = executor;
    this.whenClosed = whenClosed;
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
    // Before it is scheduled, so that close() finds whatever it unscheduled.
    waits.add(wait);
    wait.whenComplete((nothing, failure) -> waits.remove(wait));
    try {
      ScheduledFuture<?> alarm = clock.schedule(() -> executor.execute(() -> wait.complete(null)), time.toNanos(),
          TimeUnit.NANOSECONDS);
      wait.whenComplete((nothing, failure) -> alarm.cancel(false));
    } catch (RejectedExecutionException e) {
      wait.completeExceptionally(whenClosed.get());
    }
    return wait;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    for (CompletableFuture<Void> wait : waits) {
      executor.execute(() -> wait.completeExceptionally(whenClosed.get()));
    }
  }
}
