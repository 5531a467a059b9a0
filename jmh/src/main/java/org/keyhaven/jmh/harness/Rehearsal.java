package org.keyhaven.jmh.harness;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
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
 * Calls that nobody measures, before a worker's first benchmark: until the JVM's compilers have little to do, or half of what is
 * measured would be the compilers. They come in bursts, after which the compilers have the processors to themselves. Once a JVM,
 * which is started with {@link #OPTIONS}.
 */
public final class Rehearsal {
  /**
   * Code is compiled after a tenth of the calls that a JVM otherwise waits for, and to the same end. The more is waiting to be
   * compiled, the more calls it takes; compilers that share two processors with a vault and its clients have much waiting.
   */
  public static final List<String> OPTIONS = List.of("-XX:CompileThresholdScaling=0.1");

  private static final int THREADS = 4;
  private static final int BURST = 500;
  private static final int LEAST_BURSTS = 4;
  /** The compilers are quiet when they were at work for less than this part of a burst's time; once may be chance. */
  private static final double QUIET = 0.1;
  private static final int QUIET_BURSTS = 2;
  private static final Duration LONGEST = Duration.ofSeconds(40);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final AtomicBoolean HELD = new AtomicBoolean();

  private final Callable<?> call;
  private final CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final long end = System.nanoTime() + LONGEST.toNanos();

  private Rehearsal(Callable<?> call) {
    this.call = call;
  }

  /**
   * Holds it, unless it was held.
   *
   * @param call from four threads, 2,000 times at least; for 40 seconds at most
   */
  public static void hold(Callable<?> call) throws Exception {
    if (HELD.compareAndSet(false, true)) {
      Rehearsal rehearsal = new Rehearsal(call);
      try {
        rehearsal.hold();
      } finally {
        rehearsal.threads.shutdownNow();
      }
    }
  }

  private void hold() throws Exception {
    int quiet = 0;
    for (int bursts = 1; !over() && (bursts <= LEAST_BURSTS || quiet < QUIET_BURSTS); bursts++) {
      quiet = burst() < QUIET ? quiet + 1 : 0;
      rest();
    }
  }

  /** @return for which part of the time the compilers were at work; two of them may come to 2 */
  private double burst() throws Exception {
    long compiled = compileMillis();
    long start = System.nanoTime();
    AtomicInteger left = new AtomicInteger(BURST);
    List<Future<?>> callers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      callers.add(threads.submit(() -> {
        while (left.decrementAndGet() >= 0 && !over()) {
          call.call();
        }
        return null;
      }));
    }
    for (Future<?> caller : callers) {
      caller.get();
    }
    return (compileMillis() - compiled) * 1e6 / (System.nanoTime() - start);
  }

  /** Until nothing was compiled for a moment. */
  private void rest() throws InterruptedException {
    long before;
    long now = compileMillis();
    do {
      before = now;
      Thread.sleep(LOOK.toMillis());
      now = compileMillis();
    } while (now != before && !over());
  }

  private boolean over() {
    return System.nanoTime() > end;
  }

  /** Of all compilers; 0 where the JVM does not tell. */
  private long compileMillis() {
    return compilers != null && compilers.isCompilationTimeMonitoringSupported() ? compilers.getTotalCompilationTime() : 0;
  }
}
