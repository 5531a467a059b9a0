package org.keyhaven.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A bearer token.
 *
 * @param value as it stands in the Authorization header, after {@code Bearer}
 * @param expiresAt not to be used from then on; {@link Instant#MAX} when unknown
 * @param refreshAt a new one is asked for from then on, in the background, while this one is still used
 */
public record AccessToken(String value, Instant expiresAt, Instant refreshAt) {
  private static final Duration EARLY = Duration.ofMinutes(5);

  /** @throws IllegalArgumentException when the value cannot stand in a header (RFC 6750, section 2.1) */
  public AccessToken {
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(expiresAt, "expiresAt");
    Objects.requireNonNull(refreshAt, "refreshAt");
    if (value.isEmpty() || !isVisibleAscii(value)) {
      throw new IllegalArgumentException("not a bearer token: empty, or with characters other than visible ASCII");
    }
  }

  private static boolean isVisibleAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** A token got just now: refreshed five minutes before it expires, or after half its life when that is shorter. */
  public static AccessToken of(String value, Instant expiresAt) {
    Instant now = Instant.now();
    if (expiresAt.equals(Instant.MAX)) {
      return new AccessToken(value, expiresAt, expiresAt);
    }
    Duration life = Duration.between(now, expiresAt);
    Duration early = life.compareTo(EARLY.multipliedBy(2)) < 0 ? life.dividedBy(2) : EARLY;
    return new AccessToken(value, expiresAt, expiresAt.minus(early));
  }

  /** Without the value. */
  @Override
  public String toString() {
    return "AccessToken[expiresAt=" + expiresAt + "]";
  }
}
