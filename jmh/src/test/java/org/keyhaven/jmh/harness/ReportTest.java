package org.keyhaven.jmh.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(terminal, true, StandardCharsets.UTF_8);
  private final Report report = new Report(out, out, false);

  @TempDir
  private Path directory;

  @Test
  void resultsHaveFiguresWithTargetsAndWhatTheyWereMeasuredOn() throws IOException {
    report.rows(List.of(new Row("client", "sign", "Keyhaven", Map.of("cpuMicros", 91.5))));
    report.figure(Figure.CLIENT_CPU_VS_BARE, 1.12, "");
    report.figure(Figure.CLIENT_THROUGHPUT_VS_MICROSOFT, 2.5, "why");
    boolean whole = report.finish(directory.resolve("results.json"), Pace.QUICK, "abc");

    JsonNode results = JsonMapper.shared().readTree(directory.resolve("results.json").toFile());
    assertThat(whole).isTrue();
    JsonNode reached = results.get("figures").get(0);
    assertThat(reached.get("id").stringValue()).isEqualTo("client-cpu-vs-bare");
    assertThat(reached.get("value").doubleValue()).isEqualTo(1.12);
    assertThat(reached.get("target").doubleValue()).isEqualTo(1.25);
    assertThat(reached.get("better").stringValue()).isEqualTo("lower");
    assertThat(reached.get("reached").booleanValue()).isTrue();
    JsonNode missed = results.get("figures").get(1);
    assertThat(missed.get("better").stringValue()).isEqualTo("higher");
    assertThat(missed.get("reached").booleanValue()).isFalse();
    assertThat(results.get("commit").stringValue()).isEqualTo("abc");
    assertThat(results.get("jdk").stringValue()).isNotBlank();
    assertThat(results.get("machine").get("cores").intValue()).isPositive();
    assertThat(results.get("rows").get(0).get("values").get("cpuMicros").doubleValue()).isEqualTo(91.5);
    assertThat(printed()).contains("client-cpu-vs-bare", "reached", "missed", "91.5");
  }

  @Test
  void aSuiteThatFailedIsInTheResultsBesideWhatOthersFound() throws IOException {
    report.figure(Figure.PUBLIC_OPERATION_REQUESTS, 0, "");
    report.failure("tls", new IOException("no port"));

    assertThat(report.finish(directory.resolve("results.json"), Pace.FULL, "abc")).isFalse();
    JsonNode results = JsonMapper.shared().readTree(directory.resolve("results.json").toFile());
    assertThat(results.get("failures").get(0).stringValue()).contains("tls", "no port");
    assertThat(results.get("figures")).hasSize(1);
    assertThat(results.get("mode").stringValue()).isEqualTo("full");
  }

  @Test
  void aFigureThatWasNotMeasuredIsNeitherReachedNorMissed() throws IOException {
    report.expect(Figure.MILLION_KEYS_LATENCY);
    report.expect(Figure.CLIENT_CPU_VS_BARE);
    report.figure(Figure.CLIENT_CPU_VS_BARE, 1, "");
    report.figure(Figure.TLS_CPU_REMOTE_VS_LOCAL, Double.NaN, "");
    report.rows(List.of(new Row("client", "sign", "Keyhaven", Map.of("cpuMicros", 1.0, "serverCpuMicros", Double.NaN))));

    assertThat(report.finish(directory.resolve("results.json"), Pace.QUICK, "abc")).isFalse();
    JsonNode results = JsonMapper.shared().readTree(directory.resolve("results.json").toFile());
    assertThat(results.get("figures")).hasSize(1);
    assertThat(results.get("failures").get(0).stringValue()).contains("tls-cpu-remote-vs-local");
    assertThat(results.get("rows").get(0).get("values").propertyNames()).containsExactly("cpuMicros");
    assertThat(printed()).containsPattern("million-keys-latency +-  not measured")
        .doesNotContainPattern("client-cpu-vs-bare.*not measured");
  }

  @Test
  void aTargetItselfIsReached() {
    for (Figure figure : EnumSet.allOf(Figure.class)) {
      double worse = figure.better() == Figure.Better.LOWER ? 0.01 : -0.01;
      assertThat(figure.reached(figure.target())).as(figure.id()).isTrue();
      assertThat(figure.reached(figure.target() + worse)).as(figure.id()).isFalse();
    }
  }

  private String printed() {
    return terminal.toString(StandardCharsets.UTF_8);
  }
}
