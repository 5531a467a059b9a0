package org.keyhaven.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.keyhaven.client.http.Answer;

/** Sends again what {@link RetryPolicy} says failed for a passing reason: {@link RetryLink}'s twin. */
final class AsyncRetryLink implements AsyncLink {
  private final AsyncLink next;
  private final RetryPolicy policy;
  private final AsyncTimer timer;

  AsyncRetryLink(AsyncLink next, RetryPolicy policy, AsyncTimer timer) {
    this.next = next;
    this.policy = policy;
    this.timer = timer;
  }

  @Override
  public CompletableFuture<Answer> send(Call call, Flight flight) {
    return attempt(call, flight, 1);
  }

  private CompletableFuture<Answer> attempt(Call call, Flight flight, int number) {
    return next.send(call, flight).handle((answer, failure) -> {
      Optional<Duration> wait = flight.ended() ? Optional.empty()
          : failure == null ? policy.waitAfter(call, answer, number)
          : Flight.cause(failure) instanceof IOException passing ? policy.waitAfter(call, passing, number) : Optional.empty();
      if (wait.isPresent()) {
        return flight.awaits(timer.after(wait.get())).thenCompose(nothing -> attempt(call, flight, number + 1));
      }
      return failure == null ? CompletableFuture.completedFuture(answer) : CompletableFuture.<Answer>failedFuture(failure);
    }).thenCompose(Function.identity());
  }
}
