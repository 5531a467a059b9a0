package org.keyhaven.jmh.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Comparison;
import org.keyhaven.jmh.harness.Vault;

/**
 * From the start of {@code ./keyhaven serve} to READY, with a new data directory and with one that is there; its memory
 * then.
 */
final class StartTimes {
  private static final int TIMES = 5;

  private StartTimes() { }

  static void measure(Bench bench) throws IOException, InterruptedException {
    double[][] first = new double[3][TIMES];
    double[][] again = new double[3][TIMES];
    for (int i = 0; i < TIMES; i++) {
      Path directory = bench.directory().resolve("start-" + i);
      start(bench, directory, first, i);
      start(bench, directory, again, i);
    }
    report(bench, "new data directory", first);
    report(bench, "data directory of an earlier start", again);
  }

  private static void start(Bench bench, Path directory, double[][] values, int index)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    try (Vault vault = Vault.start(bench.root(), directory, List.of())) {
      values[0][index] = (System.nanoTime() - begin) / 1e6;
      values[1][index] = vault.process().info().totalCpuDuration().map(Duration::toMillis).orElse(0L);
      values[2][index] = ProcessStatus.residentMegabytes(vault.process());
    }
  }

  private static void report(Bench bench, String contestant, double[][] values) {
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("wallMillis", Comparison.median(values[0]));
    row.put("cpuMillis", Comparison.median(values[1]));
    row.put("memoryMegabytes", Comparison.median(values[2]));
    bench.row("start to READY", contestant, row);
  }
}
