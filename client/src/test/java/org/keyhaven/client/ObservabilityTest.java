package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.observe.MicrometerListener;
import org.keyhaven.client.observe.OpenTelemetryListener;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** What is heard of calls, of those that wait and of futures alike. */
@Timeout(60)
@ParameterizedClass
@ValueSource(booleans = {false, true})
class ObservabilityTest {
  private static FaultyVault vault;

  private final boolean async;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();

  ObservabilityTest(boolean async) {
    this.async = async;
  }

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException, InterruptedException {
    vault = new FaultyVault(directory);
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  @BeforeEach
  void answer() {
    vault.server.resetAll();
    vault.server.stubFor(any(anyUrl()).willReturn(vault.signature()));
    vault.server.stubFor(get(anyUrl()).willReturn(FaultyVault.error(404, "KeyNotFound", "none")));
  }

  @AfterEach
  void forget() {
    Metrics.removeRegistry(meters);
    Metrics.globalRegistry.clear();
    GlobalOpenTelemetry.resetForTest();
  }

  private OpenTelemetrySdk telemetry() {
    return OpenTelemetrySdk.builder().setTracerProvider(SdkTracerProvider.builder()
        .addSpanProcessor(SimpleSpanProcessor.create(spans)).build()).build();
  }

  private void signAndMiss(KeyhavenClient client) {
    ObjectId kid = ObjectId.parse(vault.kid());
    if (async) {
      client.async().cryptography(kid).sign(SignatureAlgorithm.ES256, new byte[32]).join();
    } else {
      client.cryptography(kid).sign(SignatureAlgorithm.ES256, new byte[32]);
    }
    assertThat(failureToGet(client)).isInstanceOf(VaultException.NotFound.class);
  }

  private VaultException failureToGet(KeyhavenClient client) {
    return async
        ? (VaultException) catchThrowableOfType(CompletionException.class, () -> client.async().keys().get("web").join()).getCause()
        : catchThrowableOfType(VaultException.class, () -> client.keys().get("web"));
  }

  private void assertTimed() {
    var timers = meters.get(MicrometerListener.TIMER).tag("vault", "localhost");
    assertThat(timers.tags("operation", "KEY_SIGN", "outcome", "OK", "status", "2xx").timer().count()).isEqualTo(1);
    assertThat(meters.get(MicrometerListener.TIMER).tags("operation", "KEY_GET", "outcome", "NotFound", "status", "404").timer()
        .count()).isEqualTo(1);
  }

  private void assertSpanned() {
    assertThat(spans.getFinishedSpanItems()).extracting(SpanData::getName)
        .containsExactly("keyhaven KEY_SIGN", "keyhaven KEY_GET");
    SpanData signed = spans.getFinishedSpanItems().get(0);
    assertThat(signed.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(signed.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(signed.getAttributes().get(AttributeKey.stringKey("server.address"))).isEqualTo("localhost");
    assertThat(signed.getAttributes().get(AttributeKey.longKey("server.port"))).isEqualTo(vault.server.httpsPort());
    assertThat(signed.getAttributes().get(AttributeKey.stringKey("az.client_request_id")))
        .isEqualTo(vault.server.findAll(anyRequestedFor(anyUrl())).get(0).getHeader("x-ms-client-request-id"));
    SpanData missed = spans.getFinishedSpanItems().get(1);
    assertThat(missed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(missed.getAttributes().get(AttributeKey.stringKey("error.type"))).isEqualTo("KeyNotFound");
    assertThat(missed.getAttributes().get(AttributeKey.longKey("http.response.status_code"))).isEqualTo(404);
  }

  @Test
  void givenARegistryAndATelemetryCallsAreTimedAndSpanned() {
    try (KeyhavenClient client = vault.client().listener(new MicrometerListener(meters))
        .listener(new OpenTelemetryListener(telemetry())).build()) {
      signAndMiss(client);
    }
    assertTimed();
    assertSpanned();
  }

  @Test
  void withNothingGivenWhatTheApplicationHasOfItsOwnIsUsed() {
    Metrics.addRegistry(meters);
    try (KeyhavenClient client = vault.client().build()) {
      // Set after the client was built, and the client must not have got in the way.
      GlobalOpenTelemetry.set(telemetry());
      signAndMiss(client);
    }
    assertTimed();
    assertSpanned();
  }

  @Test
  void aSpanStandsUnderTheOneThatIsCurrent() {
    try (OpenTelemetrySdk telemetry = telemetry();
        KeyhavenClient client = vault.client().listener(new OpenTelemetryListener(telemetry)).build()) {
      Span outer = telemetry.getTracer("test").spanBuilder("outer").startSpan();
      try (Scope current = outer.makeCurrent()) {
        assertThat(current).isNotNull();
        signAndMiss(client);
      } finally {
        outer.end();
      }
      assertThat(spans.getFinishedSpanItems().get(0).getParentSpanId()).isEqualTo(outer.getSpanContext().getSpanId());
    }
  }

  @Test
  void aListenerHearsOfEachCallOnceHoweverManyRequestsItTakes() {
    vault.server.resetAll();
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(500, "Broken", "broken")));
    List<CallListener.Start> starts = new CopyOnWriteArrayList<>();
    List<CallListener.End> ends = new CopyOnWriteArrayList<>();
    CallListener listener = start -> {
      starts.add(start);
      return ends::add;
    };
    RetrySettings three = new RetrySettings(3, Duration.ofMillis(1), Duration.ofMillis(1));
    VaultException thrown;
    try (KeyhavenClient client = vault.client().retry(three).listener(listener).build()) {
      thrown = failureToGet(client);
    }
    var requests = vault.server.findAll(anyRequestedFor(anyUrl()));
    assertThat(requests).hasSize(3);
    assertThat(starts).containsExactly(new CallListener.Start("KEY_GET", "GET", vault.uri(),
        requests.get(0).getHeader("x-ms-client-request-id")));
    assertThat(ends).hasSize(1);
    assertThat(ends.get(0).failure()).containsSame(thrown);
    assertThat(ends.get(0).code()).isEqualTo("Broken");
    assertThat(ends.get(0).duration()).isPositive();
  }

  @Test
  void aListenerThatFailsChangesNothing() {
    List<CallListener.End> ends = new CopyOnWriteArrayList<>();
    try (KeyhavenClient client = vault.client()
        .listener(start -> {
          throw new IllegalStateException("at the start");
        })
        .listener(start -> end -> {
          throw new IllegalStateException("at the end");
        })
        .listener(start -> null)
        .listener(start -> ends::add).build()) {
      signAndMiss(client);
    }
    assertThat(ends).extracting(CallListener.End::code).containsExactly("OK", "KeyNotFound");
  }
}
