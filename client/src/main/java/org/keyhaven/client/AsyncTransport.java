package org.keyhaven.client;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.keyhaven.client.Transport.Reply;
import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.AsyncExchange;
import org.keyhaven.client.http.DeadlinePassedException;
import org.keyhaven.client.http.Exchange;

/**
 * The way to the vault for those who do not wait: a chain of the same links in the same order as {@link Transport}'s, with its
 * decisions, tokens and settings. Thread-safe.
 *
 * <p>Futures are completed on threads of this object: as many as there are callers' own code running on them, so that code
 * which blocks there holds up nothing but what depends on its future.
 */
final class AsyncTransport implements AutoCloseable {
  private static final long LINGER_SECONDS = 10;

  private final Transport transport;
  private final ThreadPoolExecutor threads;
  private final AsyncTimer timer;
  private final AsyncExchange exchange;
  private final AsyncLink chain;
  private final Set<Ongoing<?>> underway = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  AsyncTransport(Transport transport, Exchange.Settings settings, Exchange blocking, Authentication authentication,
      RetryPolicy policy) {
    this.transport = transport;
    AtomicInteger number = new AtomicInteger();
    this.threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, LINGER_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
      Thread thread = new Thread(work, "keyhaven-async-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    });
    this.timer = new AsyncTimer(this::execute, () -> transport.failure(new IllegalStateException("closed")));
    this.exchange = AsyncExchange.of(settings, transport.address().vault(), blocking, this::execute);
    this.chain = new AsyncRetryLink(
        new AsyncChallengeLink(new AsyncExchangeLink(exchange), authentication, this::execute), policy, timer);
  }

  private void execute(Runnable work) {
    try {
      threads.execute(work);
    } catch (RejectedExecutionException e) {
      if (!closed) {
        throw e;
      }
      // Everybody's future has failed by now; what comes late only tidies up.
      work.run();
    }
  }

  /** Fails with what {@link Transport#call} throws. Cancelling the future cancels whatever the call is at. */
  <T> CompletableFuture<T> call(Request<T> request) {
    return start(request, transport.limit(), Reply::value);
  }

  /** @param atMost bounds the call where it is shorter than the client's own deadline */
  <T> CompletableFuture<Reply<T>> reply(Request<T> request, Duration atMost) {
    return start(request, atMost, Function.identity());
  }

  private <T, R> CompletableFuture<R> start(Request<T> request, Duration atMost, Function<Reply<T>, R> part) {
    Call call = transport.begin(request, atMost);
    Ongoing<R> ongoing;
    try {
      ongoing = new Ongoing<>(transport.monitor().started(call));
    } catch (VaultException.Unavailable e) {
      return CompletableFuture.failedFuture(e);
    }
    underway.add(ongoing);
    if (closed) {
      ongoing.fail(new IllegalStateException("closed"));
      return ongoing.result;
    }
    ongoing.alarm = timer.after(call.deadline().remaining());
    ongoing.alarm.thenRun(() -> ongoing.fail(new DeadlinePassedException(call.deadline(), ongoing.flight.lacking())));
    send(call, ongoing.flight).whenComplete((answer, failure) -> {
      if (failure == null) {
        ongoing.succeed(() -> part.apply(transport.reply(call, answer, request.reading())));
      } else {
        ongoing.fail(Flight.cause(failure));
      }
    });
    return ongoing.result;
  }

  private CompletableFuture<Answer> send(Call call, Flight flight) {
    try {
      return chain.send(call, flight);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A call between its start and its end, of which there is one, whoever is the first to bring it about. */
  private final class Ongoing<R> {
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private final Flight flight = new Flight();
    private final CallMonitor.Watched watched;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile CompletableFuture<Void> alarm;

    Ongoing(CallMonitor.Watched watched) {
      this.watched = watched;
      // The caller's doing: what ends here has ended before its future is completed.
      result.whenComplete((value, failure) -> end(failure == null ? null : new VaultException.Interrupted(
          Details.local("Cancelled", "the caller gave the call up", null, failure))));
    }

    void succeed(Supplier<R> outcome) {
      if (ended.get()) {
        return;
      }
      R value;
      try {
        value = outcome.get();
      } catch (RuntimeException | Error e) {
        fail(e);
        return;
      }
      if (end(null)) {
        result.complete(value);
      }
    }

    void fail(Throwable failure) {
      Throwable told = transport.failure(failure);
      if (end(told)) {
        result.completeExceptionally(told);
      }
    }

    /** Callers' code may hang on the future: all that is ours comes before. True for the first, who then completes it. */
    private boolean end(Throwable failure) {
      if (!ended.compareAndSet(false, true)) {
        return false;
      }
      underway.remove(this);
      flight.end();
      if (alarm != null) {
        alarm.cancel(false);
      }
      watched.ended(failure);
      return true;
    }
  }

  /** A future of its own on one that many wait for: to be cancelled alone, and holding nobody else up. */
  <T> CompletableFuture<T> apart(CompletableFuture<T> shared) {
    return shared.isDone() ? shared.copy() : shared.whenCompleteAsync((value, failure) -> { }, this::execute);
  }

  /** Completed after the time, on one of the threads that complete everything; may be cancelled. */
  CompletableFuture<Void> after(Duration time) {
    return timer.after(time);
  }

  /** Calls under way fail; their futures are completed by the time the threads end. */
  @Override
  public void close() {
    closed = true;
    for (Ongoing<?> call : underway) {
      execute(() -> call.fail(new IllegalStateException("closed")));
    }
    exchange.close();
    timer.close();
    threads.shutdown();
  }
}
