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
 * Calls that nobody measures, before a worker's first benchmark: until the JVM's compilers have little to do, or half of what
 * is measured would be the compilers. Once a JVM, which is started with {@link #OPTIONS}.
 */
public final class Rehearsal {
  /**
   * Code is compiled after a tenth of the calls that a JVM otherwise waits for, which in turn wait until it is compiled. Left
   * to itself a JVM goes on meanwhile, and takes the more calls the more is waiting: compilers that share two processors with
   * a vault and its clients have much waiting. What they make of the code in the end is the same.
   */
  public static final List<String> OPTIONS = List.of("-XX:CompileThresholdScaling=0.1", "-Xbatch");

  private static final int THREADS = 4;
  private static final int BURST = 500;
  private static final int LEAST_BURSTS = 4;
  /** The compilers are quiet when they were at work for less than this part of a burst's time. */
  private static final double QUIET = 0.1;
  private static final Duration LONGEST = Duration.ofSeconds(90);
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
   * @param call from four threads, 2,000 times at least; for 90 seconds at most
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
    double compiling = 1;
    for (int bursts = 0; !over() && (bursts < LEAST_BURSTS || compiling >= QUIET); bursts++) {
      compiling = burst();
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

  private boolean over() {
    return System.nanoTime() > end;
  }

  /** Of all compilers; 0 where the JVM does not tell. */
  private long compileMillis() {
    return compilers != null && compilers.isCompilationTimeMonitoringSupported() ? compilers.getTotalCompilationTime() : 0;
  }
}
