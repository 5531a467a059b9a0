package org.keyhaven.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The place that tokens come from cannot be reached; nothing was sent to the vault. */
final class NoTokenException extends IOException {
  /** How the {@link VaultException} that it becomes is coded. */
  static final String CODE = "NoToken";
  private static final long serialVersionUID = 1L;

  NoTokenException(String message, Throwable cause) {
    super(message, cause);
  }

  /** When the authority wants to be asked again; empty when it did not say. */
  Optional<Duration> retryAfter() {
    return getCause() instanceof BusyAuthorityException busy ? busy.retryAfter() : Optional.empty();
  }
}
