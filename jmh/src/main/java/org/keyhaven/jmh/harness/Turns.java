package org.keyhaven.jmh.harness;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.util.Statistics;

/**
 * Holds every iteration back until it is this contestant's turn, and answers with what it gave. JMH makes it by its name,
 * and a process has one input and one output: so these are static.
 */
public final class Turns implements InternalProfiler {
  private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final BufferedReader ORDERS = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private static final PrintStream ANSWERS = System.out;

  static {
    System.setOut(System.err); // whoever else prints
  }

  private double cpuBefore;

  /** @return null at the end */
  static String nextOrder() throws IOException {
    return ORDERS.readLine();
  }

  @Override
  public String getDescription() {
    return "takes turns with other processes";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    try {
      if (nextOrder() == null) {
        Runtime.getRuntime().halt(1); // nobody is left who would listen
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot read orders", e);
    }
    cpuBefore = cpuMicros();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
      IterationResult result) {
    double cpuMicros = cpuMicros() - cpuBefore;
    if (result.getRawPrimaryResults().isEmpty()) {
      return List.of(); // the benchmark failed: JMH says how, and this process ends
    }
    long operations = result.getMetadata().getAllOps();
    Statistics latency = result.getPrimaryResult().getStatistics();
    ANSWERS.println(new Sample(operations, benchmark.getThreads() * 1e6 / latency.getMean(), latency.getPercentile(50),
        latency.getPercentile(99), cpuMicros / operations, Double.NaN).line());
    ANSWERS.flush();
    return List.of();
  }

  private static double cpuMicros() {
    return CpuTimes.microsWithoutCompilers(ProcessHandle.current(), SYSTEM.getProcessCpuTime());
  }
}
