package org.keyhaven.client.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.core5.concurrent.Cancellable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels exchanges whose deadline passed or whose thread was interrupted: blocking socket reads heed neither, and a timeout per
 * read does not bound an answer that drips. One thread looks at all of them every few milliseconds, so that a call costs one set
 * entry and no wake-up; it ends when there was nothing to watch for a while.
 */
final class Watchdog {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final long TICK_NANOS = Duration.ofMillis(10).toNanos();
  private static final long LINGER_NANOS = Duration.ofSeconds(1).toNanos();

  private final ThreadFactory threads;
  private final Set<Watch> active = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Thread> runner = new AtomicReference<>();
  private volatile boolean stopped;

  Watchdog() {
    this(work -> {
      Thread thread = new Thread(work, "keyhaven-watchdog");
      thread.setDaemon(true);
      return thread;
    });
  }

  /** @param threads of daemons */
  Watchdog(ThreadFactory threads) {
    this.threads = threads;
  }

  Watch watch(Cancellable exchange, Deadline deadline) {
    Watch watch = new Watch(exchange, deadline, Thread.currentThread());
    active.add(watch);
    if (runner.get() == null) {
      Thread thread = threads.newThread(this::run);
      if (runner.compareAndSet(null, thread)) {
        start(thread, watch);
      }
    }
    return watch;
  }

  private void start(Thread thread, Watch watch) {
    try {
      thread.start();
    } catch (Error e) {
      // No thread is to be had now. The next exchange tries again, rather than believe that it is watched.
      runner.set(null);
      active.remove(watch);
      throw e;
    }
  }

  /** Cancels every exchange from now on: a pool that closes does not wake those who wait for one of its connections. */
  void stop() {
    stopped = true;
  }

  private void run() {
    long lastBusy = System.nanoTime();
    while (true) {
      LockSupport.parkNanos(TICK_NANOS);
      for (Watch watch : active) {
        watch.look();
      }
      if (!active.isEmpty()) {
        lastBusy = System.nanoTime();
      } else if (System.nanoTime() - lastBusy > LINGER_NANOS) {
        // Stepping down first and looking again closes the gap to a call that still saw this thread.
        runner.set(null);
        if (active.isEmpty() || !runner.compareAndSet(null, Thread.currentThread())) {
          return;
        }
        lastBusy = System.nanoTime();
      }
    }
  }

  /** One exchange being watched; closing it ends that. */
  final class Watch implements AutoCloseable {
    private final Cancellable exchange;
    private final Deadline deadline;
    private final Thread caller;
    private volatile boolean deadlinePassed;
    private volatile boolean interrupted;

    private Watch(Cancellable exchange, Deadline deadline, Thread caller) {
      this.exchange = exchange;
      this.deadline = deadline;
      this.caller = caller;
    }

    private void look() {
      if (deadline.passed()) {
        deadlinePassed = true;
        cancel();
      } else if (caller.isInterrupted()) {
        interrupted = true;
        cancel();
      } else if (stopped) {
        cancel();
      }
    }

    private void cancel() {
      try {
        exchange.cancel();
      } catch (RuntimeException e) {
        // One exchange that cannot be cancelled must not end the watch over the others; it is tried again at the next tick.
        LOG.debug("cancelling an exchange failed", e);
      }
    }

    /**
     * What a failure of the exchange really was.
     *
     * @return a {@link DeadlinePassedException}, an {@link InterruptedIOException}, or the failure itself
     */
    IOException explain(IOException failure) {
      if (interrupted || Thread.currentThread().isInterrupted()) {
        InterruptedIOException explained = new InterruptedIOException("interrupted while waiting for an answer");
        explained.initCause(failure);
        return explained;
      }
      return deadlinePassed || deadline.passed() ? new DeadlinePassedException(deadline, failure) : failure;
    }

    @Override
    public void close() {
      active.remove(this);
    }
  }
}
