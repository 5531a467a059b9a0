package org.keyhaven.jmh.harness;

import java.util.Locale;

/**
 * What one turn gave.
 *
 * @param operations all that were done, those before and after the measured time included
 * @param perSecond throughput of all threads together
 * @param p50Micros median latency
 * @param p99Micros 99th percentile of latency
 * @param cpuMicros CPU time of the contestant's process per operation, without its compilers
 * @param serverCpuMicros the same of its server; NaN where it has none
 */
public record Sample(long operations, double perSecond, double p50Micros, double p99Micros, double cpuMicros,
    double serverCpuMicros) {
  private static final String MARK = "sample";

  /** As one line of a worker. */
  String line() {
    return String.format(Locale.ROOT, "%s %d %.3f %.3f %.3f %.4f", MARK, operations, perSecond, p50Micros, p99Micros,
        cpuMicros);
  }

  /** Reads {@link #line}, and adds what the server spent meanwhile. */
  static Sample read(String line, double serverMicros) {
    String[] parts = line.split(" ");
    if (parts.length != 6 || !parts[0].equals(MARK)) {
      throw new IllegalArgumentException("no sample: " + line);
    }
    long operations = Long.parseLong(parts[1]);
    return new Sample(operations, Double.parseDouble(parts[2]), Double.parseDouble(parts[3]), Double.parseDouble(parts[4]),
        Double.parseDouble(parts[5]), serverMicros / operations);
  }
}
