package org.keyhaven.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.keyhaven.client.http.Answer;
import org.keyhaven.client.http.AnswerTooLargeException;
import org.keyhaven.client.http.DeadlinePassedException;
import org.keyhaven.client.http.Exchange;
import org.keyhaven.client.http.ProxyRefusedException;

/**
 * Which attempts are worth another, and how long to wait before it: 408, 429, 5xx and broken connections; longer each time, with
 * jitter, or as long as Retry-After says, and never beyond the deadline. A call that makes or removes something goes out again
 * only when the attempt before it surely did nothing. Decides only; the chains wait.
 */
final class RetryPolicy {
  private final RetrySettings settings;

  RetryPolicy(RetrySettings settings) {
    this.settings = settings;
  }

  /**
   * @param attempt counted from 1
   * @return empty when the answer is final
   */
  Optional<Duration> waitAfter(Call call, Answer answer, int attempt) {
    Optional<Duration> asked = RetryAfter.of(answer);
    boolean repeatable = switch (answer.status()) {
      // Turned away at the door.
      case 408, 429 -> true;
      case 503 -> call.operation().repeat() == Operation.Repeat.ALWAYS || asked.isPresent();
      case 500, 502, 504 -> call.operation().repeat() == Operation.Repeat.ALWAYS;
      default -> false;
    };
    return repeatable ? within(call, asked.orElseGet(() -> backoff(attempt)), attempt) : Optional.empty();
  }

  /**
   * @param attempt counted from 1
   * @return empty when the failure is final
   */
  Optional<Duration> waitAfter(Call call, IOException failure, int attempt) {
    boolean hopeless = failure instanceof DeadlinePassedException || failure instanceof AnswerTooLargeException
        || failure instanceof SSLHandshakeException || failure instanceof SSLPeerUnverifiedException
        || failure instanceof ProxyRefusedException refused && refused.status() < 500;
    boolean harmless = call.operation().repeat() == Operation.Repeat.ALWAYS || failure instanceof NoTokenException
        || Exchange.neverSent(failure);
    if (hopeless || !harmless) {
      return Optional.empty();
    }
    return within(call, failure instanceof NoTokenException noToken ? noToken.retryAfter().orElseGet(() -> backoff(attempt))
        : backoff(attempt), attempt);
  }

  private Optional<Duration> within(Call call, Duration wait, int attempt) {
    return attempt < settings.attempts() && wait.compareTo(call.deadline().remaining()) < 0 ? Optional.of(wait) : Optional.empty();
  }

  private Duration backoff(int attempt) {
    long most = settings.wait(attempt).toNanos();
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }
}
