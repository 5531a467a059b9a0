package org.keyhaven.provider;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A value that is loaded when needed, by one thread while the others wait for its result, and again once it is too old.
 * A failure goes to all who waited and is not kept. Thread-safe.
 */
final class Cached<T> {
  private final Supplier<T> loader;
  private final long maxAgeNanos;
  private final LongSupplier nanoClock;
  private final AtomicReference<Load<T>> current = new AtomicReference<>();

  /** @param nanoClock {@link System#nanoTime} but in tests */
  Cached(Supplier<T> loader, Duration maxAge, LongSupplier nanoClock) {
    this.loader = loader;
    this.maxAgeNanos = maxAge.toNanos();
    this.nanoClock = nanoClock;
  }

  /** @throws RuntimeException whatever the loader throws */
  T get() {
    while (true) {
      Load<T> found = current.get();
      if (found != null && !stale(found)) {
        return await(found);
      }
      Load<T> mine = new Load<>(loader, nanoClock.getAsLong());
      if (current.compareAndSet(found, mine)) {
        mine.run();
        return await(mine);
      }
    }
  }

  /** The value if it is there and young enough; null otherwise. */
  T ifFresh() {
    Load<T> found = current.get();
    return found != null && found.isDone() && !stale(found) ? await(found) : null;
  }

  /** The next {@link #get} loads anew; a load under way is not kept. */
  void invalidate() {
    current.set(null);
  }

  private boolean stale(Load<T> load) {
    // One under way is waited for, however long it takes: its own calls have deadlines.
    return load.isDone() && nanoClock.getAsLong() - load.startedAt > maxAgeNanos;
  }

  private T await(Load<T> load) {
    try {
      return load.get();
    } catch (ExecutionException e) {
      current.compareAndSet(load, null);
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw (Error) e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CancellationException interrupted = new CancellationException("interrupted while waiting for the vault");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private static final class Load<T> extends FutureTask<T> {
    private final long startedAt;

    Load(Supplier<T> loader, long startedAt) {
      super(loader::get);
      this.startedAt = startedAt;
    }
  }
}
