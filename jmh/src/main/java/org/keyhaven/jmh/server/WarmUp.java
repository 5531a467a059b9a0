package org.keyhaven.jmh.server;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/** Load that nobody measures: so that a server's code is compiled, and its caches are full, before anybody does. */
final class WarmUp {
  private static final int CONNECTIONS = 8;
  private static final Duration LOOK = Duration.ofSeconds(1);
  /** Less than this of a server's CPU time goes into compiling when it is warm. */
  private static final double QUIET = 0.03;
  /** One quiet second may be chance. */
  private static final int QUIET_LOOKS = 3;

  private WarmUp() { }

  /**
   * How warm a server is.
   *
   * @param compiling the part of its CPU time that its JVM's compilers took in the end, 0 to 1; NaN where the system does not
   *     tell
   */
  record Warmth(double compiling) {
    /** For the note of a figure; empty when there is nothing to say. */
    String note(String server) {
      return compiling < QUIET || Double.isNaN(compiling) ? ""
          : String.format("; %s was not warm: %.0f %% of its CPU time compiled when the warm-up's time was over", server,
              compiling * 100);
    }
  }

  /**
   * Sends requests until the compilers of the server's JVM have little to do. How many requests that takes depends on how much
   * CPU time the machine leaves them: tens of thousands.
   *
   * @param process the server's
   * @param count at least so many requests; and no more where the system does not tell what the compilers do
   * @param most the end in any case
   * @param requests sent in turn, again and again
   */
  static Warmth run(SSLContext tls, int port, ProcessHandle process, int count, Duration most, List<byte[]> requests)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    AtomicBoolean warm = new AtomicBoolean();
    AtomicLong done = new AtomicLong();
    try {
      List<Future<?>> lines = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        lines.add(threads.submit(() -> {
          load(tls, port, requests, warm, done);
          return null;
        }));
      }
      Warmth reached = watch(process, count, most, done, lines);
      warm.set(true);
      for (Future<?> line : lines) {
        line.get();
      }
      return reached;
    } finally {
      warm.set(true);
      threads.shutdownNow();
    }
  }

  private static void load(SSLContext tls, int port, List<byte[]> requests, AtomicBoolean warm, AtomicLong done)
      throws IOException {
    try (KeepAlive line = KeepAlive.open(tls, port)) {
      for (int next = 0; !warm.get(); next = (next + 1) % requests.size()) {
        KeepAlive.Reply reply = line.exchange(requests.get(next));
        if (reply.status() != 200) {
          throw new IOException("status " + reply.status() + " " + reply.text());
        }
        done.incrementAndGet();
      }
    }
  }

  private static Warmth watch(ProcessHandle process, int count, Duration most, AtomicLong done, List<Future<?>> lines)
      throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    int quiet = 0;
    double share = Double.NaN;
    CpuTimes before = CpuTimes.of(process);
    // A line that ends so early has failed, which its result tells.
    while (lines.stream().noneMatch(Future::isDone)) {
      Thread.sleep(LOOK.toMillis());
      CpuTimes now = CpuTimes.of(process);
      share = now.compilingSince(before);
      before = now;
      quiet = share < QUIET || Double.isNaN(share) ? quiet + 1 : 0;
      boolean enough = done.get() >= count && quiet >= QUIET_LOOKS;
      if (enough || System.nanoTime() > end) {
        break;
      }
    }
    return new Warmth(share);
  }
}
