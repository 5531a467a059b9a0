package org.keyhaven.jmh.harness;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Contestants side by side in one operation.
 *
 * @param samples of each contestant, one a round
 */
public record Comparison(String operation, int threads, Map<String, List<Sample>> samples) {
  /**
   * The median of the rounds' ratios: what the machine did meanwhile in one round, it did to both.
   *
   * @param measure such as {@code Sample::cpuMicros}
   */
  public double ratio(String contestant, String base, ToDoubleFunction<Sample> measure) {
    List<Sample> above = of(contestant);
    List<Sample> below = of(base);
    return median(IntStream.range(0, above.size())
        .mapToDouble(round -> measure.applyAsDouble(above.get(round)) / measure.applyAsDouble(below.get(round))).toArray());
  }

  /** The median of a contestant's rounds. */
  public double median(String contestant, ToDoubleFunction<Sample> measure) {
    return median(of(contestant).stream().mapToDouble(measure).toArray());
  }

  /** All operations of a contestant, which a server can be asked about; warming up is not among them. */
  public long operations(String contestant) {
    return of(contestant).stream().mapToLong(Sample::operations).sum();
  }

  /** One a contestant, of medians. */
  List<Row> rows(String suite) {
    return samples.keySet().stream().map(name -> {
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("threads", (double) threads);
      values.put("perSecond", median(name, Sample::perSecond));
      values.put("p50Micros", median(name, Sample::p50Micros));
      values.put("p99Micros", median(name, Sample::p99Micros));
      values.put("cpuMicros", median(name, Sample::cpuMicros));
      values.put("serverCpuMicros", median(name, Sample::serverCpuMicros));
      return new Row(suite, operation, name, values);
    }).toList();
  }

  /** Of any numbers; NaN among them makes it NaN. */
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted); // NaN last
    int middle = sorted.length / 2;
    if (Double.isNaN(sorted[sorted.length - 1])) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private List<Sample> of(String contestant) {
    List<Sample> found = samples.get(contestant);
    if (found == null) {
      throw new IllegalArgumentException("no contestant " + contestant + " in " + operation + ": " + samples.keySet());
    }
    return found;
  }
}
