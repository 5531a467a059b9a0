package org.keyhaven.jmh.harness;

import com.sun.management.OperatingSystemMXBean;
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
 * Calls that nobody measures, before a worker's first benchmark: until the JVM's compilers have little to do, or the
 * {@linkplain Pace#rehearsal time} is over. Once a JVM, which is started with {@link #OPTIONS}.
 */
public final class Rehearsal {
  /**
   * Code is compiled after a tenth of the calls that a JVM otherwise waits for; what becomes of it in the end is the same.
   * And compiler threads stay, for {@link CpuTimes} to be asked.
   */
  public static final List<String> OPTIONS =
      List.of("-XX:CompileThresholdScaling=0.1", "-XX:-UseDynamicNumberOfCompilerThreads");
  /** System property of a worker: how long it takes at most, in seconds. */
  static final String SECONDS = "keyhaven.bench.rehearsal";

  private static final int THREADS = 4;
  private static final int BURST = 500;
  private static final int LEAST_BURSTS = 4;
  /** The compilers are quiet when they had less than this part of a burst's CPU time; once may be chance. */
  private static final double QUIET = 0.05;
  private static final int QUIET_BURSTS = 2;
  private static final AtomicBoolean HELD = new AtomicBoolean();
  private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();

  private final Callable<?> call;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final long end = System.nanoTime() + Duration.ofSeconds(Long.getLong(SECONDS)).toNanos();

  private Rehearsal(Callable<?> call) {
    this.call = call;
  }

  /**
   * Holds it, unless it was held.
   *
   * @param call from four threads, 2,000 times at least where there is time
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
    for (int bursts = 0; !over() && (bursts < LEAST_BURSTS || quiet < QUIET_BURSTS); bursts++) {
      quiet = burst() < QUIET ? quiet + 1 : 0;
    }
  }

  /** @return which part of the CPU time the compilers had */
  private double burst() throws Exception {
    long compiled = compileMillis();
    long used = SYSTEM.getProcessCpuTime();
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
    return (compileMillis() - compiled) * 1e6 / (SYSTEM.getProcessCpuTime() - used);
  }

  private boolean over() {
    return System.nanoTime() > end;
  }

  /** Of all compilers; 0 where the JVM does not tell. */
  private static long compileMillis() {
    return COMPILERS != null && COMPILERS.isCompilationTimeMonitoringSupported() ? COMPILERS.getTotalCompilationTime() : 0;
  }
}
