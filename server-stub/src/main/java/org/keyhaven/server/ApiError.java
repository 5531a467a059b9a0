package org.keyhaven.server;

import java.util.Objects;

/**
 * The one failure a request can end with: HTTP status, the service's error code, optionally a finer inner code, and a
 * message that says what to do. It becomes the error body of the API. It never carries a secret.
 */
public final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String innerCode;

  /** @param innerCode null when there is none */
  public ApiError(int status, String code, String innerCode, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
    this.code = Objects.requireNonNull(code, "code");
    this.innerCode = innerCode;
  }

  public ApiError(int status, String code, String message) {
    this(status, code, null, message, null);
  }

  /** 400 {@code BadParameter}: the request itself is wrong. */
  public static ApiError badParameter(String message) {
    return new ApiError(400, "BadParameter", message);
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String innerCode() {
    return innerCode;
  }
}
