package org.keyhaven.jmh.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls that nobody measures, before a worker's first benchmark. Compilers go by how often code ran, not how long: after a warm-up
 * of a second or two against a vault, half of what is measured would be the compiler. Once a JVM.
 */
public final class Rehearsal {
  private static final int CALLS = 12_000;
  private static final Duration LONGEST = Duration.ofSeconds(15);
  private static final int THREADS = 4;
  private static final AtomicBoolean HELD = new AtomicBoolean();

  private Rehearsal() { }

  /**
   * Holds it, unless it was held.
   *
   * @param call from four threads, 12,000 times or for fifteen seconds, whichever is less
   */
  public static void hold(Callable<?> call) throws Exception {
    if (!HELD.compareAndSet(false, true)) {
      return;
    }
    AtomicInteger left = new AtomicInteger(CALLS);
    long end = System.nanoTime() + LONGEST.toNanos();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        callers.add(threads.submit(() -> {
          while (left.decrementAndGet() >= 0 && System.nanoTime() < end) {
            call.call();
          }
          return null;
        }));
      }
      for (Future<?> caller : callers) {
        caller.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
