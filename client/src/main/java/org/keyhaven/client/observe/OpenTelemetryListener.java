package org.keyhaven.client.observe;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.keyhaven.client.CallListener;
import org.keyhaven.client.wire.BuildVersion;

/**
 * A span for each call, of kind client, under the span that is current where the call is made; named {@code keyhaven} and the operation.
 * Attributes as in OpenTelemetry's conventions for HTTP clients: {@code server.address}, {@code server.port},
 * {@code http.request.method}, of a failure {@code error.type} and {@code http.response.status_code}, and
 * {@code az.client_request_id}. Names of keys and what is done with them are in none. Thread-safe.
 */
public final class OpenTelemetryListener implements CallListener {
  private static final String SCOPE = "org.keyhaven.client";

  private final Supplier<OpenTelemetry> telemetry;

  public OpenTelemetryListener(OpenTelemetry telemetry) {
    Objects.requireNonNull(telemetry, "telemetry");
    this.telemetry = () -> telemetry;
  }

  private OpenTelemetryListener(Supplier<OpenTelemetry> telemetry) {
    this.telemetry = telemetry;
  }

  /** The application's {@link GlobalOpenTelemetry}; no spans as long as it has set none. */
  public static OpenTelemetryListener global() {
    // Asked at each call: asking with get() would itself set it, and the application could no more.
    return new OpenTelemetryListener(GlobalOpenTelemetry::getOrNoop);
  }

  @Override
  public Consumer<End> started(Start call) {
    Span span = telemetry.get().getTracer(SCOPE, BuildVersion.get()).spanBuilder("keyhaven " + call.operation())
        .setSpanKind(SpanKind.CLIENT)
        .setAttribute("server.address", call.vault().getHost())
        .setAttribute("server.port", call.vault().getPort() < 0 ? 443L : call.vault().getPort())
        .setAttribute("http.request.method", call.method())
        .setAttribute("az.client_request_id", call.requestId())
        .startSpan();
    return end -> {
      end.failure().ifPresent(failure -> {
        span.setStatus(StatusCode.ERROR, failure.code()).setAttribute("error.type", failure.code());
        if (failure.status() != 0) {
          span.setAttribute("http.response.status_code", (long) failure.status());
        }
      });
      span.end();
    };
  }
}
