package org.keyhaven.client.http;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Sends one request and completes a future with one answer; {@link Exchange} for those who do not wait. Thread-safe. */
public interface AsyncExchange extends AutoCloseable {

  /**
   * An exchange with one server: HTTP/2 or HTTP/1.1, as the TLS handshake chooses; behind a proxy the blocking exchange, HTTP/1.1, on
   * the executor's threads.
   *
   * @param blocking used behind a proxy; stays open
   * @param executor completes all futures, and looks up host names; it must not run out of threads
   */
  static AsyncExchange of(Exchange.Settings settings, URI origin, Exchange blocking, Executor executor) {
    return settings.proxies().selector() == null ? new ReactorExchange(settings, origin, executor)
        : new ThreadedExchange(blocking, executor);
  }

  /**
   * Sends a request. Cancelling the future cancels the exchange: its stream is reset or its connection closed, and its place goes to
   * the next. The future fails as {@link Exchange#send} does.
   *
   * @param headers by name
   * @param body null for none
   * @param contentType of the body
   * @param deadline nothing is begun after it; ending what is under way then is the caller's
   */
  CompletableFuture<Answer> send(String method, URI uri, Map<String, String> headers, byte[] body, String contentType,
      Deadline deadline);

  @Override
  void close();
}
