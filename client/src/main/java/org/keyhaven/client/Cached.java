package org.keyhaven.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that is loaded when it is needed, once however many threads ask at the same time. From a certain age on it is loaded
 * again in the background, while the old one still serves; beyond the longest age, callers wait for a new one.
 *
 * <p>A failure is not kept: it goes to those who waited for it, and the next to ask loads again. That another thread was
 * interrupted, or ran out of time before this one did, is no failure for this one. Thread-safe. For Keyhaven's own modules.
 */
public final class Cached<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Cached.class);
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);
  private static final LongSupplier CLOCK = System::nanoTime;

  private final Supplier<T> loader;
  private final long refreshNanos;
  private final long longestNanos;
  private final Executor background;
  private final LongSupplier nanoClock;
  private volatile Held<T> held;
  private Load<T> underway;

  private record Held<T>(T value, long loadedAt) { }

  private static final class Load<T> {
    private final AtomicBoolean started = new AtomicBoolean();
    private final CompletableFuture<Held<T>> result = new CompletableFuture<>();
  }

  /**
   * @param loader bounded in time, as those who wait are bounded by it alone
   * @param refresh the age from which on the value is loaded again
   * @param longest the age beyond which the value serves no longer; not below {@code refresh}
   * @param background runs the loads that nobody waits for
   * @param nanoClock {@link System#nanoTime} but in tests
   */
  public Cached(Supplier<T> loader, Duration refresh, Duration longest, Executor background, LongSupplier nanoClock) {
    this.loader = loader;
    this.refreshNanos = refresh.toNanos();
    this.longestNanos = longest.toNanos();
    this.background = background;
    this.nanoClock = nanoClock;
  }

  /** As the other, with the clock that there is. */
  public Cached(Supplier<T> loader, Duration refresh, Duration longest, Executor background) {
    this(loader, refresh, longest, background, CLOCK);
  }

  /** A value that never changes. */
  public static <T> Cached<T> forever(Supplier<T> loader) {
    return new Cached<>(loader, FOREVER, FOREVER, Runnable::run, CLOCK);
  }

  /**
   * The value.
   *
   * @throws RuntimeException whatever the loader throws
   * @throws VaultException.Interrupted when this thread is interrupted while it waits; its interrupt status is set
   */
  public T get() {
    boolean patient = true;
    while (true) {
      Held<T> found = held;
      long age = found == null ? Long.MAX_VALUE : nanoClock.getAsLong() - found.loadedAt;
      if (found != null && age <= longestNanos) {
        if (age > refreshNanos) {
          refresh(found);
        }
        return found.value;
      }
      Load<T> load = join(found);
      if (load == null) {
        continue;
      }
      // Also one that waits for its turn in the background.
      boolean mine = run(load);
      try {
        return load.result.get().value;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new VaultException.Interrupted(VaultException.Details.local("Interrupted", "interrupted while waiting for the vault",
            null, e));
      } catch (ExecutionException e) {
        boolean interrupted = e.getCause() instanceof VaultException.Interrupted;
        boolean late = e.getCause() instanceof VaultException.Timeout;
        if (mine || !interrupted && !(late && patient)) {
          throw failure(e.getCause());
        }
        // Somebody else's time limit began before this call; once is enough, so that the wait stays bounded.
        patient = interrupted && patient;
      }
    }
  }

  /** The next {@link #get} loads anew; a load under way is not kept. */
  public synchronized void invalidate() {
    held = null;
    underway = null;
  }

  /** The same, unless another value than this very one would serve by now. */
  public synchronized void invalidate(T stale) {
    if (held != null && held.value == stale) {
      held = null;
    }
  }

  /** The load to wait for; null when another value than {@code seen} is there by now. */
  private synchronized Load<T> join(Held<T> seen) {
    if (held != seen) {
      return null;
    }
    if (underway == null) {
      underway = new Load<>();
    }
    return underway;
  }

  private void refresh(Held<T> old) {
    Load<T> load = new Load<>();
    synchronized (this) {
      if (underway != null || held != old) {
        return;
      }
      underway = load;
    }
    try {
      background.execute(() -> {
        if (run(load) && load.result.isCompletedExceptionally()) {
          LOG.debug("A value was not refreshed, and the last one serves until it is too old");
        }
      });
    } catch (RuntimeException | Error e) {
      // No thread is to be had now: the next call tries again.
      settle(load, null);
      load.result.completeExceptionally(e);
    }
  }

  /** Whether it was this call that loaded. */
  private boolean run(Load<T> load) {
    if (!load.started.compareAndSet(false, true)) {
      return false;
    }
    try {
      long start = nanoClock.getAsLong();
      Held<T> loaded = new Held<>(loader.get(), start);
      settle(load, loaded);
      load.result.complete(loaded);
    } catch (RuntimeException | Error e) {
      settle(load, null);
      load.result.completeExceptionally(e);
    }
    return true;
  }

  /** @param loaded null for a failure, which leaves what there was */
  private synchronized void settle(Load<T> load, Held<T> loaded) {
    if (underway == load) {
      underway = null;
      if (loaded != null) {
        held = loaded;
      }
    }
  }

  private static RuntimeException failure(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }
}
