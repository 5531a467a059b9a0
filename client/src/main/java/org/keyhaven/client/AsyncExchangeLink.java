package org.keyhaven.client;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.AsyncExchange;

/** The last link of those that wait for nothing: {@link ExchangeLink}'s twin. */
final class AsyncExchangeLink implements AsyncLink {
  private final AsyncExchange exchange;

  AsyncExchangeLink(AsyncExchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public CompletableFuture<Answer> send(Call call, Flight flight) {
    if (flight.ended()) {
      // Given up while it waited for a token: nothing may happen for it any more.
      return CompletableFuture.failedFuture(new CancellationException());
    }
    long start = System.nanoTime();
    CompletableFuture<Answer> answer = flight.awaits(exchange.send(call.operation().method(), call.uri(),
        ExchangeLink.headers(call), ExchangeLink.body(call), ExchangeLink.BODY_TYPE, call.deadline()));
    return answer.whenComplete((got, failure) -> {
      if (got != null) {
        ExchangeLink.log(call, got, start);
      }
    });
  }
}
