package org.keyhaven.server.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.concurrent.CompletableFuture;
import org.keyhaven.server.ApiError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the client of a request still waits. When it gives up, by resetting its stream for one, Jetty takes request and
 * response away and may use them for another: nobody must touch them then.
 */
final class Presence implements AsyncListener {
  private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

  private final String asked;
  private volatile boolean gone;

  private Presence(String asked) {
    this.asked = asked;
  }

  /** @param asked method and path, for the log */
  static Presence watch(AsyncContext exchange, String asked) {
    Presence presence = new Presence(asked);
    exchange.addListener(presence);
    return presence;
  }

  boolean gone() {
    return gone;
  }

  /** Completed as the answer is, but never when there is nobody to answer any more: then Javalin touches nothing either. */
  <T> CompletableFuture<T> whileThere(CompletableFuture<T> answer) {
    CompletableFuture<T> told = new CompletableFuture<>();
    answer.whenComplete((value, failure) -> {
      if (gone) {
        AccessLog.givenUp(asked);
        if (failure != null && !(failure.getCause() instanceof ApiError)) {
          LOG.error("What the client gave up failed too: {}", asked, failure);
        }
      } else if (failure == null) {
        told.complete(value);
      } else {
        told.completeExceptionally(failure);
      }
    });
    return told;
  }

  @Override
  public void onError(AsyncEvent event) {
    gone = true;
  }

  @Override
  public void onComplete(AsyncEvent event) {
    gone = true;
  }

  @Override
  public void onTimeout(AsyncEvent event) { }

  @Override
  public void onStartAsync(AsyncEvent event) { }
}
