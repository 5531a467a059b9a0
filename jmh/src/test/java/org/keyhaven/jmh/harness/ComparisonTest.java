package org.keyhaven.jmh.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private final Comparison comparison = new Comparison("sign", 4, Map.of(
      "ours", samples(20, 10, 300), "other", samples(10, 10, 100)));

  @Test
  void aRatioIsTheMedianOfTheRoundsRatiosAndNotTheRatioOfMedians() {
    assertThat(comparison.ratio("ours", "other", Sample::cpuMicros)).isEqualTo(2);
    assertThat(comparison.ratio("other", "ours", Sample::cpuMicros)).isEqualTo(0.5);
    assertThat(comparison.median("ours", Sample::cpuMicros)).isEqualTo(20);
  }

  @Test
  void aMedianOfEvenlyManyLiesInTheMiddleAndNaNIsNotLost() {
    assertThat(Comparison.median(4, 1, 3, 2)).isEqualTo(2.5);
    assertThat(Comparison.median(1, Double.NaN, 2)).isNaN();
  }

  @Test
  void aRowNamesUnitsAndLeavesOutWhatWasNotMeasured() {
    assertThat(comparison.rows("client")).allSatisfy(row -> {
      assertThat(row.values()).containsKeys("threads", "perSecond", "cpuMicros").doesNotContainKey("serverCpuMicros");
      assertThat(row.suite()).isEqualTo("client");
    });
  }

  @Test
  void anUnknownContestantIsRefused() {
    assertThatThrownBy(() -> comparison.ratio("ours", "nobody", Sample::cpuMicros)).hasMessageContaining("nobody");
  }

  private static List<Sample> samples(double... cpuMicros) {
    return Arrays.stream(cpuMicros).mapToObj(cpu -> new Sample(1, 1, 1, 1, cpu, Double.NaN)).toList();
  }
}
