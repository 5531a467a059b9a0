package org.keyhaven.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * What one future of several steps waits for now, so that its end, whoever brings that about, cancels the step under way. Futures
 * that depend on each other do not do so by themselves: cancelling one leaves what it was made of running. Thread-safe.
 */
final class Flight {
  private Future<?> step;
  private boolean ended;
  private IOException lacking;

  /** A future that ends as the last of its steps does, with no {@link CompletionException} around its failure. */
  static <T> CompletableFuture<T> of(Function<Flight, CompletableFuture<T>> steps) {
    Flight flight = new Flight();
    CompletableFuture<T> whole = new CompletableFuture<>();
    whole.whenComplete((value, failure) -> flight.end());
    steps.apply(flight).whenComplete((value, failure) -> {
      if (failure == null) {
        whole.complete(value);
      } else {
        whole.completeExceptionally(cause(failure));
      }
    });
    return whole;
  }

  /** The next step; cancelled at once when all is over already. */
  <F extends Future<?>> F awaits(F next) {
    synchronized (this) {
      if (!ended) {
        step = next;
        return next;
      }
    }
    next.cancel(false);
    return next;
  }

  void end() {
    Future<?> last;
    synchronized (this) {
      ended = true;
      last = step;
      step = null;
    }
    if (last != null) {
      last.cancel(false);
    }
  }

  synchronized boolean ended() {
    return ended;
  }

  /** @param what its deadline would pass for want of, if it passed now; null for nothing in particular */
  synchronized void lacks(IOException what) {
    lacking = what;
  }

  synchronized IOException lacking() {
    return lacking;
  }

  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
  }
}
