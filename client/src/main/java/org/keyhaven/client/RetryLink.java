package org.keyhaven.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import org.keyhaven.client.http.Answer;

/** Sends again what {@link RetryPolicy} says failed for a passing reason. */
final class RetryLink implements Link {
  private final Link next;
  private final RetryPolicy policy;

  RetryLink(Link next, RetryPolicy policy) {
    this.next = next;
    this.policy = policy;
  }

  @Override
  public Answer send(Call call) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Optional<Duration> wait;
      try {
        Answer answer = next.send(call);
        wait = policy.waitAfter(call, answer, attempt);
        if (wait.isEmpty()) {
          return answer;
        }
      } catch (IOException e) {
        wait = Thread.currentThread().isInterrupted() ? Optional.empty() : policy.waitAfter(call, e, attempt);
        if (wait.isEmpty()) {
          throw e;
        }
      }
      pause(wait.get());
    }
  }

  private static void pause(Duration wait) throws InterruptedIOException {
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting to try again");
    }
  }
}
