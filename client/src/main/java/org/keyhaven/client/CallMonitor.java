package org.keyhaven.client;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.keyhaven.client.CallListener.End;
import org.keyhaven.client.CallListener.Start;
import org.keyhaven.client.observe.MicrometerListener;
import org.keyhaven.client.observe.OpenTelemetryListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the circuit breaker and the listeners of each call, blocking or not. Thread-safe. */
final class CallMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(CallMonitor.class);
  private static final Watched UNWATCHED = failure -> { };

  private final URI vault;
  private final CircuitBreaker breaker;
  private final List<CallListener> listeners;

  /** One call being watched. */
  interface Watched {
    /**
     * The call is over. To be called once, whatever happened.
     *
     * @param failure null when there is none; anything but a {@link VaultException} is a defect, which says nothing of the vault
     */
    void ended(Throwable failure);
  }

  CallMonitor(KeyhavenClient.Builder builder) {
    this.vault = builder.vault;
    this.breaker = builder.circuitBreaker == null ? null : new CircuitBreaker(vault, builder.circuitBreaker, System::nanoTime);
    this.listeners = builder.listeners == null ? automatic() : List.copyOf(builder.listeners);
  }

  /** What the class path has of Micrometer and OpenTelemetry; both may be absent, or of a version that does not fit. */
  private static List<CallListener> automatic() {
    List<CallListener> found = new ArrayList<>();
    try {
      if (present("io.micrometer.core.instrument.Metrics")) {
        found.add(MicrometerListener.global());
      }
      if (present("io.opentelemetry.api.GlobalOpenTelemetry")) {
        found.add(OpenTelemetryListener.global());
      }
    } catch (LinkageError e) {
      LOG.debug("Micrometer or OpenTelemetry is on the class path, but cannot be used", e);
    }
    return List.copyOf(found);
  }

  private static boolean present(String className) {
    return CallMonitor.class.getClassLoader().getResource(className.replace('.', '/') + ".class") != null;
  }

  /** @throws VaultException.Unavailable when the circuit breaker lets nobody through; listeners hear of that too */
  Watched started(Call call) {
    if (breaker == null && listeners.isEmpty()) {
      return UNWATCHED;
    }
    Listening listening = listeners.isEmpty() ? null : new Listening(call);
    long admission;
    try {
      admission = breaker == null ? 0 : breaker.admit();
    } catch (VaultException.Unavailable e) {
      if (listening != null) {
        listening.ended(e);
      }
      throw e;
    }
    return failure -> {
      if (breaker != null) {
        breaker.ended(admission, failure == null || failure instanceof VaultException
            ? CircuitBreaker.sign((VaultException) failure) : CircuitBreaker.Sign.NONE);
      }
      if (listening != null) {
        listening.ended(failure);
      }
    };
  }

  /** The listeners of one call. */
  private final class Listening {
    private final long start = System.nanoTime();
    private final List<Consumer<End>> waiting = new ArrayList<>(listeners.size());

    private Listening(Call call) {
      Start begun = new Start(call.operation().name(), call.operation().method(), vault, call.id());
      for (CallListener listener : listeners) {
        guarded(() -> waiting.add(Objects.requireNonNull(listener.started(begun), "a listener's answer")));
      }
    }

    private void ended(Throwable failure) {
      VaultException told = failure == null || failure instanceof VaultException ? (VaultException) failure
          : new VaultException(VaultException.Details.local("Defect", failure.getClass().getName(), null, failure));
      End end = new End(Duration.ofNanos(System.nanoTime() - start), Optional.ofNullable(told));
      for (Consumer<End> listener : waiting) {
        guarded(() -> listener.accept(end));
      }
    }

    private static void guarded(Runnable work) {
      try {
        work.run();
      } catch (RuntimeException | LinkageError e) {
        LOG.warn("A call listener failed; the call is not affected: {}", e.toString());
        LOG.debug("A call listener failed", e);
      }
    }
  }
}
