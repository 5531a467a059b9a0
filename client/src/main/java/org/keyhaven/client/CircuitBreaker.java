package org.keyhaven.client;

import java.net.URI;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.keyhaven.client.VaultException.Details;

/** See {@link CircuitBreakerSettings}. Thread-safe; waits for nobody. */
final class CircuitBreaker {
  private final URI vault;
  private final CircuitBreakerSettings settings;
  private final LongSupplier nanoClock;
  private int failuresInRow;
  private long pausedUntil;
  private boolean probing;
  /** Counts up with each pause and each probe, so that calls of an earlier time decide nothing any more. */
  private long era;

  /** What a call says of the vault's health. */
  enum Sign { WELL, DOWN, NONE }

  /** @param nanoClock {@link System#nanoTime} but in tests */
  CircuitBreaker(URI vault, CircuitBreakerSettings settings, LongSupplier nanoClock) {
    this.vault = vault;
    this.settings = settings;
    this.nanoClock = nanoClock;
  }

  /**
   * Lets a call through.
   *
   * @return to be given back to {@link #ended}
   * @throws VaultException.Unavailable when the vault is left alone for now
   */
  synchronized long admit() {
    if (failuresInRow < settings.failures()) {
      return era;
    }
    long wait = pausedUntil - nanoClock.getAsLong();
    if (wait > 0 || probing) {
      throw new VaultException.Unavailable(Details.local("CircuitOpen", vault + " is left alone after " + settings.failures()
          + " failed calls in a row", probing ? "try again once a first call has come through"
              : "try again in " + Math.max(1, Duration.ofNanos(wait).toMillis()) + " ms", null));
    }
    probing = true;
    era++;
    return era;
  }

  synchronized void ended(long admission, Sign sign) {
    if (admission != era) {
      return;
    }
    boolean probe = probing;
    probing = false;
    switch (sign) {
      case WELL -> failuresInRow = 0;
      case DOWN -> {
        failuresInRow = probe ? settings.failures() : failuresInRow + 1;
        if (failuresInRow == settings.failures()) {
          pausedUntil = nanoClock.getAsLong() + settings.pause().toNanos();
          era++;
        }
      }
      // A probe that says nothing leaves its place to the next.
      case NONE -> { }
    }
  }

  /** @param failure null for none */
  static Sign sign(VaultException failure) {
    if (failure instanceof VaultException.Interrupted || failure instanceof VaultException.Unauthenticated
        || failure != null && failure.code().equals(NoTokenException.CODE)) {
      return Sign.NONE;
    }
    return failure instanceof VaultException.Unavailable || failure instanceof VaultException.Timeout ? Sign.DOWN : Sign.WELL;
  }
}
