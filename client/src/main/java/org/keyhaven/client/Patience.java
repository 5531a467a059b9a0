package org.keyhaven.client;

import java.time.Duration;
import java.util.Optional;
import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.http.Deadline;

/** The waits between one look at something slow and the next: longer each time, and within a limit in all. Of one thread at a time. */
final class Patience {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  /** What the last look needs. */
  private static final Duration RESERVE = Duration.ofMillis(200);

  private final Deadline deadline;
  private Duration next = Duration.ofMillis(100);

  Patience(Duration limit) {
    this.deadline = Deadline.after(limit);
  }

  /** What is left for looks and waits. */
  Duration remaining() {
    return deadline.remaining();
  }

  /**
   * How long to wait until it is time for another look.
   *
   * @param asked what the service asked to wait; else the waits double
   * @return empty when there is no time for another look
   */
  Optional<Duration> next(Optional<Duration> asked) {
    Duration most = deadline.remaining().minus(RESERVE);
    if (most.isNegative() || most.isZero()) {
      return Optional.empty();
    }
    Duration wait = asked.orElse(next);
    next = next.compareTo(LONGEST_WAIT) < 0 ? next.multipliedBy(2) : next;
    return Optional.of(wait.compareTo(most) < 0 ? wait : most);
  }

  /**
   * Waits until it is time for another look.
   *
   * @param asked what the service asked to wait; else the waits double
   * @param what is waited for, for messages
   * @return false, and at once, when there is no time for another look
   */
  boolean pause(Optional<Duration> asked, String what) {
    Optional<Duration> wait = next(asked);
    if (wait.isEmpty()) {
      return false;
    }
    try {
      Thread.sleep(wait.get().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VaultException.Interrupted(Details.local("Interrupted", "interrupted while waiting for " + what, null, e));
    }
    return true;
  }
}
