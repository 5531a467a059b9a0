package org.keyhaven.server;

/**
 * The server, or a command that talks to it, cannot do what its options ask. The message is one line for the operator: what is
 * wrong and what to do about it. It never carries a secret.
 */
public final class StartupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartupException(String message) {
    super(message);
  }

  public StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
