package org.keyhaven.client;

import java.time.Duration;

/**
 * When a client stops calling a vault that is down. Once {@code failures} calls in a row ended {@link VaultException.Unavailable} or
 * {@link VaultException.Timeout}, calls fail at once with {@code Unavailable}, code {@code CircuitOpen}, for the length of the
 * pause. Then one call is let through as a probe: if it is answered, whatever the answer, all are; if not, the next pause begins.
 *
 * <p>A call that was throttled or refused has been answered. One that failed for want of a token says nothing of whether the vault is
 * down.
 *
 * @param failures calls, each with all its attempts
 * @param pause how long the vault is left alone
 */
public record CircuitBreakerSettings(int failures, Duration pause) {

  /** @throws IllegalArgumentException when either is not positive */
  public CircuitBreakerSettings {
    if (failures < 1 || pause.isNegative() || pause.isZero()) {
      throw new IllegalArgumentException("failures and pause must be more than zero: " + failures + ", " + pause);
    }
  }
}
