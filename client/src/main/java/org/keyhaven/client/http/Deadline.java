package org.keyhaven.client.http;

import java.time.Duration;

/** The moment a call must have ended, on the monotonic clock. */
public final class Deadline {
  /** Nobody waits longer, and a clock in nanoseconds could not tell much more. */
  private static final Duration LONGEST = Duration.ofDays(100 * 365);

  private final long nanoTime;
  private final Duration limit;

  private Deadline(long nanoTime, Duration limit) {
    this.nanoTime = nanoTime;
    this.limit = limit;
  }

  public static Deadline after(Duration limit) {
    return new Deadline(System.nanoTime() + (limit.compareTo(LONGEST) < 0 ? limit : LONGEST).toNanos(), limit);
  }

  public boolean passed() {
    return remainingNanos() <= 0;
  }

  /** Zero or less once passed. */
  public long remainingNanos() {
    return nanoTime - System.nanoTime();
  }

  /** Zero once passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, remainingNanos()));
  }

  /** What the call was given at its start, for messages. */
  public Duration limit() {
    return limit;
  }
}
