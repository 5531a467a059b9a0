package org.keyhaven.jmh.harness;

import java.time.Duration;
import java.util.List;

/**
 * How long is measured.
 *
 * @param threads the numbers of threads that throughput is measured with; 4 is always among them
 * @param rehearsal of a contestant, before its first operation, at most
 * @param warmUp of each operation of a contestant, before its first round
 * @param rounds turns of each contestant
 * @param round one turn
 * @param processRounds turns of each contestant that is a whole process; one more is run first and not counted
 */
public record Pace(boolean full, List<Integer> threads, Duration rehearsal, Duration warmUp, int rounds, Duration round,
    int processRounds) {
  /** What the figures need and no more, as fast as is of use: all suites together take less than five minutes. */
  public static final Pace QUICK = new Pace(false, List.of(4), Duration.ofSeconds(12), Duration.ofSeconds(1), 5,
      Duration.ofMillis(600), 5);
  public static final Pace FULL = new Pace(true, List.of(1, 4, 16), Duration.ofSeconds(60), Duration.ofSeconds(2), 5,
      Duration.ofSeconds(1), 5);

  /** With turns twice and a rehearsal four times as long, for operations that take longer and more of the compilers. */
  public Pace slower() {
    return new Pace(full, threads, rehearsal.multipliedBy(4), warmUp, rounds, round.multipliedBy(2), processRounds);
  }
}
