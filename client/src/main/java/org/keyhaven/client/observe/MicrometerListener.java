package org.keyhaven.client.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.util.Objects;
import java.util.function.Consumer;
import org.keyhaven.client.CallListener;

/**
 * Times calls: the timer {@code keyhaven.client.calls} with the tags {@code operation}, {@code vault} (its host), {@code outcome} (the name
 * of the failure's class, or {@code OK}) and {@code status} (of HTTP: {@code 2xx}, the status of a failure, or {@code 0} when the
 * vault did not answer). Thread-safe.
 */
public final class MicrometerListener implements CallListener {
  /** The timer's name. */
  public static final String TIMER = "keyhaven.client.calls";

  private final MeterRegistry registry;

  public MicrometerListener(MeterRegistry registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
  }

  /** Times into {@link Metrics#globalRegistry}, which forwards to the registries that the application adds. */
  public static MicrometerListener global() {
    return new MicrometerListener(Metrics.globalRegistry);
  }

  @Override
  public Consumer<End> started(Start call) {
    return end -> Timer.builder(TIMER)
        .description("calls of a vault, repetition and sign-in included")
        .tag("operation", call.operation())
        .tag("vault", call.vault().getHost())
        .tag("outcome", end.failure().map(failure -> failure.getClass().getSimpleName()).orElse("OK"))
        .tag("status", end.failure().map(failure -> Integer.toString(failure.status())).orElse("2xx"))
        .register(registry)
        .record(end.duration());
  }
}
