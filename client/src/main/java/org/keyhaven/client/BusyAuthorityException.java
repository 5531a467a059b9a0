package org.keyhaven.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The authority that gives tokens wants to be asked later. */
final class BusyAuthorityException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  /** @param retryAfter null when it did not say when */
  BusyAuthorityException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
