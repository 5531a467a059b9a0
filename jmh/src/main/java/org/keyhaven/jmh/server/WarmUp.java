package org.keyhaven.jmh.server;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.keyhaven.jmh.harness.CpuTimes;

/**
 * Load that nobody measures: so that servers' code is compiled, and their caches are full, before anybody does. Servers get
 * their load in turns, and one that is alone has pauses: compilers that share the processors with a full load lag behind it
 * by minutes, and in between they catch up.
 */
final class WarmUp {
  /** Enough to keep a server busy, and few enough that its compilers get their share of two processors. */
  private static final int CONNECTIONS = 3;
  private static final Duration TURN = Duration.ofMillis(800);
  /** Less than this of a server's CPU time goes into compiling when it is warm. */
  private static final double QUIET = 0.03;
  /** One quiet turn may be chance. */
  private static final int QUIET_TURNS = 2;

  private WarmUp() { }

  /**
   * A server.
   *
   * @param name for the notes of figures
   * @param requests sent in turn, again and again
   */
  record Target(String name, ProcessHandle process, SSLContext tls, int port, List<byte[]> requests) { }

  /**
   * Sends requests until the compilers of all the servers' JVMs have little to do. How many requests that takes depends on
   * how much CPU time the machine leaves them: tens of thousands.
   *
   * @param count at least so many requests to each; and no more where the system does not tell what the compilers do
   * @param most about when it ends in any case
   * @return for the notes of figures: who is not warm; mostly empty
   */
  static String run(List<Target> targets, int count, Duration most) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    List<Warming> warming = new ArrayList<>();
    try {
      for (Target target : targets) {
        warming.add(new Warming(target, count));
      }
      long end = System.nanoTime() + most.toNanos();
      do {
        for (Warming one : warming) {
          one.turn(threads);
        }
        if (warming.size() == 1) {
          Thread.sleep(TURN.toMillis());
        }
      } while (!warming.stream().allMatch(Warming::warm) && System.nanoTime() < end);
      return String.join("", warming.stream().map(Warming::note).toList());
    } finally {
      threads.shutdownNow();
      for (Warming one : warming) {
        one.close();
      }
    }
  }

  /** One of the servers under way. */
  private static final class Warming implements AutoCloseable {
    private final Target target;
    private final int count;
    private final List<KeepAlive> lines = new ArrayList<>();
    private final AtomicInteger sent = new AtomicInteger();
    private CpuTimes before;
    /** The compilers' part of the CPU time, 0 to 1, from the turn before the last one to the last one; NaN at first. */
    private double compiling = Double.NaN;
    private int quietTurns;

    Warming(Target target, int count) {
      this.target = target;
      this.count = count;
      this.before = CpuTimes.of(target.process());
    }

    void turn(ExecutorService threads) throws Exception {
      CpuTimes now = CpuTimes.of(target.process());
      if (sent.get() > 0) {
        compiling = now.compilingSince(before);
        quietTurns = compiling < QUIET || Double.isNaN(compiling) ? quietTurns + 1 : 0;
      }
      before = now;
      while (lines.size() < CONNECTIONS) {
        lines.add(KeepAlive.open(target.tls(), target.port()));
      }
      long end = System.nanoTime() + TURN.toNanos();
      List<Callable<Void>> loads = new ArrayList<>();
      for (KeepAlive line : lines) {
        loads.add(() -> load(line, end));
      }
      for (Future<Void> load : threads.invokeAll(loads)) {
        get(load);
      }
    }

    boolean warm() {
      return sent.get() >= count && quietTurns >= QUIET_TURNS;
    }

    String note() {
      return quietTurns > 0 || Double.isNaN(compiling) ? "" : String.format(Locale.ROOT,
          "; %s was not warm: %.0f %% of its CPU time compiled when the warm-up's time was over", target.name(),
          compiling * 100);
    }

    @Override
    public void close() throws IOException {
      for (KeepAlive line : lines) {
        line.close();
      }
    }

    private Void load(KeepAlive line, long end) throws IOException {
      while (System.nanoTime() < end) {
        KeepAlive.Reply reply = line.exchange(target.requests().get(sent.getAndIncrement() % target.requests().size()));
        if (reply.status() != 200) {
          throw new IOException("status " + reply.status() + " " + reply.text());
        }
      }
      return null;
    }

    private static void get(Future<Void> load) throws Exception {
      try {
        load.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
  }
}
