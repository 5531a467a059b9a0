package org.keyhaven.jmh.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Comparison;
import org.keyhaven.jmh.harness.Contestant;
import org.keyhaven.jmh.harness.Figure;
import org.keyhaven.jmh.harness.Sample;
import org.keyhaven.jmh.harness.Vault;

/**
 * A vault with many keys beside one with few. Keys are made by the server's own {@code fill}, as its API makes them,
 * with many to a commit. A million stay in {@code target/bench/million} for the next run. A quick run makes none, and measures
 * them when they are there and nothing else is asked for.
 */
final class MillionKeys {
  private static final int MILLION = 1_000_000;
  private static final int THOUSAND = 1_000;
  private static final int COLD = 200;
  private static final String FEW = "few keys";

  private final Bench bench;
  private final Vault few;

  /**
   * @param few a vault with far fewer keys, warm: those of the suites
   */
  MillionKeys(Bench bench, Vault few) {
    this.bench = bench;
    this.few = few;
  }

  void measure(Contestant unwrap) throws Exception {
    Path million = bench.root().resolve("target/bench/million").resolve("data");
    boolean there = Files.exists(filled(million));
    if (bench.pace().full()) {
      measure(THOUSAND, bench.directory().resolve("thousand").resolve("data"), unwrap);
    }
    if (bench.pace().full() || there) {
      measure(MILLION, million, unwrap);
    } else {
      bench.progress("a million keys: none in target/bench/million; --full makes them, which takes a while");
    }
  }

  private void measure(int keys, Path data, Contestant unwrap) throws Exception {
    double filling = fill(keys, data);
    try (Vault many = Vault.start(bench.root(), data)) {
      ServerKeys.create(many.connection());
      Requests requests = Requests.of(many.connection().vault(), many.connection().token());
      ServerSuite.warmUp(bench, many, requests, ServerKeys.of(many.connection(), ServerKeys.EC));
      String name = name(keys);
      Comparison comparison = bench.compare("signEs256", 1, List.of(
          new Contestant(FEW, LoadBenchmark.class).on(few),
          new Contestant(name, LoadBenchmark.class).on(many).withProperty(LoadBenchmark.EC_KEY, key(keys / 2))));
      // The way of a first use is gone often enough before it is timed.
      latencies(many, requests, keys, 1);
      double[] cold = latencies(many, requests, keys, 2);
      double[] warm = latencies(many, requests, keys, 2);
      double unwrapping = bench.compare("unwrapEc", 1, List.of(unwrap)).median(unwrap.name(), Sample::p50Micros);
      double resident = ProcessStatus.residentMegabytes(many.process());
      bench.row("handle cache", name, Map.of("coldMicros", Comparison.median(cold), "warmMicros", Comparison.median(warm),
          "unwrapMicros", unwrapping, "memoryMegabytes", resident));
      if (keys == MILLION) {
        bench.figure(Figure.MILLION_KEYS_LATENCY, comparison.ratio(name, FEW, Sample::p50Micros),
            String.format(Locale.ROOT, "first use of a key takes %.0f µs more; a C_UnwrapKey takes %.0f µs",
                Comparison.median(cold) - Comparison.median(warm), unwrapping));
        double serving = ProcessStatus.peakMegabytes(many.process());
        if (!Double.isNaN(serving)) {
          bench.figure(Figure.MILLION_KEYS_MEMORY_MB, Math.max(filling, serving), String.format(Locale.ROOT,
              "the larger of two peaks: the process that made them (%.0f), the server after that (%.0f)", filling, serving));
        }
      }
      Checks.run(many);
    }
  }

  /** Makes the keys that are missing. @return the peak memory of the process that made them, now or back then */
  private double fill(int keys, Path data) throws IOException, InterruptedException {
    Path filled = filled(data);
    if (Files.exists(filled)) {
      return Double.parseDouble(Files.readString(filled).trim());
    }
    Files.createDirectories(data.getParent());
    bench.progress("making " + keys + " keys");
    ProcessBuilder builder = new ProcessBuilder(bench.root().resolve("keyhaven").toString(), "fill", "--data",
        data.toString(), "--count", Integer.toString(keys)).redirectErrorStream(true)
        .redirectOutput(data.resolveSibling("fill.log").toFile());
    builder.environment().put("KEYHAVEN_BUILT", "1");
    long begin = System.nanoTime();
    Process process = builder.start();
    double peak = Double.NaN;
    while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
      double now = ProcessStatus.peakMegabytes(process.toHandle());
      peak = Double.isNaN(now) ? peak : now;
    }
    if (process.exitValue() != 0) {
      throw new IOException("no keys were made: " + Files.readString(data.resolveSibling("fill.log")));
    }
    bench.row("make keys", name(keys), Map.of("wallSeconds", (System.nanoTime() - begin) / 1e9,
        "memoryMegabytes", peak));
    Files.writeString(filled, Double.toString(peak), StandardCharsets.UTF_8);
    return peak;
  }

  /** Of one signature by each of some keys, in microseconds. @param first the number of the first key, below 5 */
  private static double[] latencies(Vault vault, Requests requests, int keys, int first) throws Exception {
    List<Double> micros = new ArrayList<>();
    try (KeepAlive line = KeepAlive.open(vault.connection().tls(), vault.connection().vault().getPort())) {
      for (int i = 0; i < COLD; i++) {
        byte[] request = requests.post("/keys/" + key(first + i * (keys / COLD)) + "/sign", ServerSuite.sign("ES256"));
        long begin = System.nanoTime();
        KeepAlive.Reply reply = line.exchange(request);
        micros.add((System.nanoTime() - begin) / 1e3);
        if (reply.status() != 200) {
          throw new IOException("status " + reply.status() + " " + reply.text());
        }
      }
    }
    return micros.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static Path filled(Path data) {
    return data.resolveSibling("filled");
  }

  private static String name(int keys) {
    return String.format(Locale.ROOT, "%,d keys", keys);
  }

  private static String key(int number) {
    return String.format(Locale.ROOT, "key-%07d", number);
  }
}
