package org.keyhaven.client;

import java.time.Duration;

/**
 * How often, and how soon, a call that failed for a passing reason is sent again. The waits double each time, up to the longest,
 * and a random half of each keeps many callers from coming back together; a Retry-After of the service outranks them. All of it
 * happens within the call's deadline.
 *
 * @param attempts requests in all, the first one counted; 1 for no repetition
 * @param firstWait before the second attempt
 * @param longestWait before any attempt; not shorter than the first
 */
public record RetrySettings(int attempts, Duration firstWait, Duration longestWait) {
  /** Five attempts, 100 ms before the second, at most 5 seconds between two. */
  public static final RetrySettings DEFAULT = new RetrySettings(5, Duration.ofMillis(100), Duration.ofSeconds(5));
  /** Every call is sent once. */
  public static final RetrySettings NONE = new RetrySettings(1, Duration.ofMillis(100), Duration.ofMillis(100));

  /** @throws IllegalArgumentException when there is no attempt, or a wait is not longer than zero */
  public RetrySettings {
    if (attempts < 1) {
      throw new IllegalArgumentException("at least one attempt is needed, not " + attempts);
    }
    if (firstWait.isNegative() || firstWait.isZero() || longestWait.compareTo(firstWait) < 0) {
      throw new IllegalArgumentException("waits must be longer than zero, the longest not below the first: " + firstWait + ", "
          + longestWait);
    }
  }

  /** The longest that the wait after an attempt, counted from 1, can be. */
  Duration wait(int attempt) {
    Duration wait = firstWait;
    for (int i = 1; i < attempt && wait.compareTo(longestWait) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(longestWait) < 0 ? wait : longestWait;
  }
}
