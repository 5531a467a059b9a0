package org.keyhaven.client;

import java.time.Duration;
import java.util.Optional;

/**
 * The one failure a call ends with: what happened, the service's own codes, and what to do next.
 *
 * <p>Subclasses say what a caller can react to; everything else, for instance 400 {@code BadParameter}, is this class itself.
 * What the client refuses before it asks the vault has the same codes, with status 0.
 * Neither message nor codes ever carry a token, a secret or key material.
 */
public sealed class VaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String innerCode;
  private final String requestId;
  private final String advice;

  VaultException(Details details) {
    super(details.fullMessage(), details.cause());
    this.status = details.status();
    this.code = details.code();
    this.innerCode = details.innerCode();
    this.requestId = details.requestId();
    this.advice = details.advice();
  }

  /** The HTTP status; 0 when no answer of the vault was involved. */
  public int status() {
    return status;
  }

  /** The service's error code, for instance {@code KeyNotFound}, or the client's own where the service gave none. Never null. */
  public String code() {
    return code;
  }

  /** The service's finer code, for instance {@code ObjectIsDeletedButRecoverable}; null when there is none. */
  public String innerCode() {
    return innerCode;
  }

  /** The service's id of the request ({@code x-ms-request-id}), for its operators; null when there is none. */
  public String requestId() {
    return requestId;
  }

  /** What to do next, one sentence that also stands in the message; null when the reason says it all. */
  public String advice() {
    return advice;
  }

  /** 404: no such object, version or pending operation. */
  public static final class NotFound extends VaultException {
    private static final long serialVersionUID = 1L;

    NotFound(Details details) {
      super(details);
    }
  }

  /** 403: the caller lacks a permission, or the object's own attributes forbid the use. */
  public static final class Forbidden extends VaultException {
    private static final long serialVersionUID = 1L;

    private final String permission;

    Forbidden(Details details, String permission) {
      super(details);
      this.permission = permission;
    }

    /** The permission that the call needs, for instance {@code keys/sign}; empty when it was refused for another reason. */
    public Optional<String> permission() {
      return Optional.ofNullable(permission);
    }
  }

  /** 409: the object's state contradicts the call, for instance a deleted key that still holds the name. */
  public static final class Conflict extends VaultException {
    private static final long serialVersionUID = 1L;

    Conflict(Details details) {
      super(details);
    }
  }

  /** 429: too many requests, still after the retries that fit the deadline. */
  public static final class Throttled extends VaultException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    Throttled(Details details, Duration retryAfter) {
      super(details);
      this.retryAfter = retryAfter;
    }

    /** What the service asked to wait; empty when it did not say. */
    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(retryAfter);
    }
  }

  /** No token could be had, the vault refused it, or its challenge was not one to answer. */
  public static final class Unauthenticated extends VaultException {
    private static final long serialVersionUID = 1L;

    Unauthenticated(Details details) {
      super(details);
    }

    /**
     * For a {@link TokenSource} that is refused, or lacks what it needs.
     *
     * @param reason without any secret
     * @param advice what to do next; null when the reason says it all
     */
    public static Unauthenticated because(String reason, String advice, Throwable cause) {
      return new Unauthenticated(Details.local("NoToken", reason, advice, cause));
    }
  }

  /** The deadline of the call passed. Whether the vault did the work is unknown. */
  public static final class Timeout extends VaultException {
    private static final long serialVersionUID = 1L;

    Timeout(Details details) {
      super(details);
    }
  }

  /** The calling thread was interrupted; its interrupt status is set. Whether the vault did the work is unknown. */
  public static final class Interrupted extends VaultException {
    private static final long serialVersionUID = 1L;

    Interrupted(Details details) {
      super(details);
    }
  }

  /** The vault cannot be reached or trusted, or answers with a failure of its own (5xx). */
  public static final class Unavailable extends VaultException {
    private static final long serialVersionUID = 1L;

    Unavailable(Details details) {
      super(details);
    }
  }

  /** What every failure says; fields as in the accessors above. */
  record Details(int status, String code, String innerCode, String reason, String advice, String requestId, Throwable cause) {

    /** A failure that never reached the service, or that the service did not explain. */
    static Details local(String code, String reason, String advice, Throwable cause) {
      return new Details(0, code, null, reason, advice, null, cause);
    }

    private String fullMessage() {
      StringBuilder text = new StringBuilder(reason);
      if (status != 0) {
        text.append(" (").append(status).append(' ').append(code);
        if (innerCode != null) {
          text.append('/').append(innerCode);
        }
        if (requestId != null) {
          text.append(", request ").append(requestId);
        }
        text.append(')');
      }
      return advice == null ? text.toString() : text.append("; ").append(advice).toString();
    }
  }
}
