package org.keyhaven.server.identity;

import java.util.Objects;

/** A refused token request (RFC 6749, section 5.2). It never carries a secret. */
final class OAuthError extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String error;
  private final int number;

  /**
   * @param error the code of RFC 6749, for instance {@code invalid_client}
   * @param number what Microsoft's libraries know it by: the digits of {@code AADSTS…}
   */
  OAuthError(int status, String error, int number, String description) {
    super("AADSTS" + number + ": " + description);
    this.status = status;
    this.error = Objects.requireNonNull(error, "error");
    this.number = number;
  }

  int status() {
    return status;
  }

  String error() {
    return error;
  }

  int number() {
    return number;
  }
}
