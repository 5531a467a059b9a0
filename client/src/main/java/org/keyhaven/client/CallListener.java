package org.keyhaven.client;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Hears of every call of a client: once when it starts, on the thread that makes it, and once when it has ended, whichever thread
 * that is on. A call is what the caller asked for; the requests that it took, repeated ones and sign-in included, are one call.
 *
 * <pre>{@code
 * builder.listener(start -> end -> audit.write(start.operation(), start.requestId(), end.code(), end.duration()));
 * }</pre>
 *
 * <p>Implementations are thread-safe and quick. What they throw is logged and changes nothing about the call.
 */
@FunctionalInterface
public interface CallListener {

  /** @return hears of the end; not null */
  Consumer<End> started(Start call);

  /**
   * A call that begins. Nothing in it is secret; names of keys are not in it either, so that it may label metrics.
   *
   * @param operation what is called, one of a few dozen names such as {@code KEY_SIGN}
   * @param method of HTTP
   * @param vault scheme, host and port
   * @param requestId what the vault is told as {@code x-ms-client-request-id}; not {@link VaultException#requestId},
   *     which is the service's own
   */
  record Start(String operation, String method, URI vault, String requestId) {
    public Start {
      Objects.requireNonNull(operation, "operation");
      Objects.requireNonNull(method, "method");
      Objects.requireNonNull(vault, "vault");
      Objects.requireNonNull(requestId, "requestId");
    }
  }

  /**
   * How a call ended.
   *
   * @param duration all of it: waiting, repetition and sign-in included
   * @param failure what the caller gets thrown; empty when it got its answer. Of a future that the caller cancelled or
   *     completed, a {@link VaultException.Interrupted} with the code {@code Cancelled}, which only listeners see
   */
  record End(Duration duration, Optional<VaultException> failure) {
    public End {
      Objects.requireNonNull(duration, "duration");
      Objects.requireNonNull(failure, "failure");
    }

    /** One word for how it ended: {@code OK}, or the service's or the client's code, for instance {@code KeyNotFound}. */
    public String code() {
      return failure.map(VaultException::code).orElse("OK");
    }
  }
}
