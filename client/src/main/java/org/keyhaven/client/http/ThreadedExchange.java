package org.keyhaven.client.http;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/** The blocking exchange on other threads. Cancelling interrupts the thread, which ends the exchange. */
final class ThreadedExchange implements AsyncExchange {
  private final Exchange blocking;
  private final Executor executor;

  ThreadedExchange(Exchange blocking, Executor executor) {
    this.blocking = blocking;
    this.executor = executor;
  }

  @Override
  public CompletableFuture<Answer> send(String method, URI uri, Map<String, String> headers, byte[] body, String contentType,
      Deadline deadline) {
    CompletableFuture<Answer> result = new CompletableFuture<>();
    FutureTask<Void> task = new FutureTask<>(() -> {
      try {
        result.complete(blocking.send(method, uri, headers, body, contentType, deadline));
      } catch (IOException | RuntimeException | Error e) {
        result.completeExceptionally(e);
      }
      return null;
    });
    result.whenComplete((answer, failure) -> {
      if (result.isCancelled()) {
        task.cancel(true);
      }
    });
    executor.execute(task);
    return result;
  }

  /** The blocking exchange is not this one's to close. */
  @Override
  public void close() { }
}
