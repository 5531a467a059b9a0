package org.keyhaven.jmh.harness;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** For tests: works for a while, or fails. */
@State(Scope.Benchmark)
public class CountBenchmark {
  @Param("1")
  public long work;

  @Benchmark
  public void count() {
    Blackhole.consumeCPU(work);
  }

  @Benchmark
  public void fail() {
    throw new IllegalStateException("broken on purpose");
  }
}
