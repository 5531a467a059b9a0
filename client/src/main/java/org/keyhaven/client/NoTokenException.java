package org.keyhaven.client;

import java.io.IOException;

/** The place that tokens come from cannot be reached; nothing was sent to the vault. */
final class NoTokenException extends IOException {
  private static final long serialVersionUID = 1L;

  NoTokenException(String message, Throwable cause) {
    super(message, cause);
  }
}
