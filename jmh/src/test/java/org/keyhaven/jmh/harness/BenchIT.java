package org.keyhaven.jmh.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real contestants in real JVMs, for as short as can be. */
class BenchIT {
  private static final Pace PACE = new Pace(false, List.of(2), Duration.ofSeconds(2), Duration.ofMillis(50), 3,
      Duration.ofMillis(30), 2);

  @TempDir
  private Path directory;

  @Test
  void contestantsInTheirOwnJvmsAreMeasuredRoundByRoundAndTheOneThatWorksMoreCostsMore() throws Exception {
    run(bench -> {
      Comparison comparison = bench.compare("count", 2, List.of(contestant("little", 100), contestant("much", 100_000)));
      assertThat(comparison.samples().values()).allSatisfy(samples -> assertThat(samples).hasSize(3).allSatisfy(sample -> {
        assertThat(sample.operations()).isPositive();
        assertThat(sample.perSecond()).isPositive();
        assertThat(sample.p99Micros()).isGreaterThanOrEqualTo(sample.p50Micros());
        assertThat(sample.serverCpuMicros()).isNaN();
      }));
      assertThat(comparison.ratio("much", "little", Sample::p50Micros)).isGreaterThan(10);
    });
  }

  @Test
  void aContestantThatFailsEndsTheComparisonWithItsReason() throws Exception {
    run(bench -> assertThatThrownBy(() -> bench.compare("fail", 1, List.of(contestant("broken", 1))))
        .hasMessageContaining("broken on purpose"));
  }

  @Test
  void aWholeProcessIsTimedWithItsChildrenAndMustEndWell() throws Exception {
    TimedCommand waits = new TimedCommand("waits", List.of("sleep", "0.2"));
    TimedCommand works = new TimedCommand("works",
        List.of("bash", "-c", "(for ((i = 0; i < 100000; i++)); do :; done); true"));
    TimedCommand bad = new TimedCommand("bad", List.of("bash", "-c", "echo oh; exit 3"));
    run(bench -> {
      Comparison comparison = bench.time("process", List.of(waits, works));
      assertThat(comparison.median("waits", Sample::p50Micros)).isGreaterThanOrEqualTo(200_000);
      assertThat(comparison.median("works", Sample::cpuMicros)).isGreaterThan(comparison.median("waits", Sample::cpuMicros));
      assertThatThrownBy(() -> bench.time("process", List.of(bad)))
          .hasMessageContaining("status 3").hasMessageContaining("oh");
    });
  }

  private static Contestant contestant(String name, long work) {
    return new Contestant(name, CountBenchmark.class).with("work", work);
  }

  private interface Body {
    void run(Bench bench) throws Exception;
  }

  private record Only(Body body) implements Suite {
    @Override
    public String name() {
      return "test";
    }

    @Override
    public Set<Figure> figures() {
      return Set.of();
    }

    @Override
    public void run(Bench bench) throws Exception {
      body.run(bench);
    }
  }

  private void run(Body body) throws Exception {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Report report = new Report(nowhere, nowhere, false);
    try (Bench bench = new Bench(directory, directory, PACE, Selection.of("", List.of()), report)) {
      bench.run(new Only(body));
    }
  }
}
