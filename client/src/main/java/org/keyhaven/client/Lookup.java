package org.keyhaven.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * A value that is looked up once, however many threads ask at the same time, and then kept. A failure is not kept: it goes to those
 * who waited for it, and the next to ask looks again.
 */
final class Lookup<T> {
  private final Supplier<T> supplier;
  private volatile T value;
  private CompletableFuture<T> underway;

  /** @param supplier bounded in time, as those who wait are bounded by it alone */
  Lookup(Supplier<T> supplier) {
    this.supplier = supplier;
  }

  T get() {
    while (value == null) {
      CompletableFuture<T> mine = new CompletableFuture<>();
      CompletableFuture<T> shared = join(mine);
      if (shared == mine) {
        run(mine);
      }
      try {
        return shared.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new VaultException.Interrupted(VaultException.Details.local("Interrupted", "interrupted while waiting for a key", null,
            e));
      } catch (ExecutionException e) {
        // That the other thread was interrupted is no answer for this one.
        if (shared == mine || !(e.getCause() instanceof VaultException.Interrupted)) {
          throw e.getCause() instanceof RuntimeException failure ? failure : new CompletionException(e.getCause());
        }
      }
    }
    return value;
  }

  private synchronized CompletableFuture<T> join(CompletableFuture<T> mine) {
    if (value != null) {
      return CompletableFuture.completedFuture(value);
    }
    if (underway == null) {
      underway = mine;
    }
    return underway;
  }

  private void run(CompletableFuture<T> mine) {
    try {
      T found = supplier.get();
      settle(found);
      mine.complete(found);
    } catch (RuntimeException | Error e) {
      settle(null);
      mine.completeExceptionally(e);
    }
  }

  private synchronized void settle(T found) {
    value = found;
    underway = null;
  }
}
