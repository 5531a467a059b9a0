package org.keyhaven.server.keys.rotation;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * An ISO 8601 duration, as in P90D, P2M, P1Y6M or P7DT12H: of the calendar (UTC), so that a month is as long as the month it
 * begins in.
 *
 * @param text as it was given: P12M stays P12M
 */
record TimeSpan(String text, Period days, Duration hours) {
  private static final int LONGEST_TEXT = 64;
  private static final int MOST_YEARS = 1000;
  /** Before the shortest month, so that spans are compared by their least length. */
  private static final Instant REFERENCE = Instant.parse("2023-02-01T00:00:00Z");

  /** @throws IllegalArgumentException when it is none, negative, zero, or longer than 1000 years */
  static TimeSpan parse(String text) {
    if (text == null || text.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException("not an ISO 8601 duration");
    }
    String upper = text.toUpperCase(Locale.ROOT);
    int time = upper.indexOf('T');
    try {
      String days = time < 0 ? upper : upper.substring(0, time);
      TimeSpan span = new TimeSpan(upper, days.equals("P") && time > 0 ? Period.ZERO : Period.parse(days),
          time < 0 ? Duration.ZERO : Duration.parse("P" + upper.substring(time)));
      if (span.days.isNegative() || span.hours.isNegative() || span.leastLength().isZero()
          || span.leastLength().toDays() > MOST_YEARS * 366L) {
        throw new IllegalArgumentException("not a positive duration of at most " + MOST_YEARS + " years");
      }
      return span;
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("not an ISO 8601 duration", e);
    }
  }

  Instant after(Instant start) {
    return start.atZone(ZoneOffset.UTC).plus(days).plus(hours).toInstant();
  }

  Instant before(Instant end) {
    return end.atZone(ZoneOffset.UTC).minus(hours).minus(days).toInstant();
  }

  boolean shorterThan(Duration other) {
    return leastLength().compareTo(other) < 0;
  }

  Duration leastLength() {
    return Duration.between(REFERENCE, after(REFERENCE));
  }

  @Override
  public String toString() {
    return text;
  }
}
