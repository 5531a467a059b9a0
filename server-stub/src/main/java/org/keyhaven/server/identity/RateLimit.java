package org.keyhaven.server.identity;

import java.time.Clock;

/** At most so many a second on average, in bursts of at most ten times that. Thread-safe. */
final class RateLimit {
  private final double perSecond;
  private final Clock clock;
  private double available;
  private long lastMillis;

  RateLimit(double perSecond, Clock clock) {
    this.perSecond = perSecond;
    this.clock = clock;
    this.available = 10 * perSecond;
    this.lastMillis = clock.millis();
  }

  /** Whether one more is allowed now; takes it when so. */
  synchronized boolean allows() {
    long now = clock.millis();
    available = Math.min(10 * perSecond, available + Math.max(0, now - lastMillis) * perSecond / 1000);
    lastMillis = now;
    if (available < 1) {
      return false;
    }
    available--;
    return true;
  }
}
