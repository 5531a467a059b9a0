package org.keyhaven.jmh.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private final List<String> order = new ArrayList<>();

  @Test
  void eachRoundBeginsWithTheNextContestantAndEachHasOneTurnInIt() throws Exception {
    List<Integer> told = new ArrayList<>();
    Map<String, List<Sample>> samples = Rounds.play(contestants("a", "b", "c"), 4, told::add);

    assertThat(order).containsExactly("a", "b", "c", "b", "c", "a", "c", "a", "b", "a", "b", "c");
    assertThat(samples.values()).allSatisfy(of -> assertThat(of).hasSize(4));
    assertThat(told).containsExactly(1, 2, 3, 4);
  }

  @Test
  void samplesStayInTheOrderOfRounds() throws Exception {
    Map<String, List<Sample>> samples = Rounds.play(contestants("a", "b"), 3, round -> { });

    assertThat(samples.get("b")).extracting(Sample::operations).containsExactly(2L, 3L, 6L); // places in "a b b a a b"
  }

  private Map<String, Callable<Sample>> contestants(String... names) {
    Map<String, Callable<Sample>> all = new LinkedHashMap<>();
    for (String name : names) {
      all.put(name, () -> {
        order.add(name);
        return new Sample(order.size(), 1, 1, 1, 1, Double.NaN);
      });
    }
    return all;
  }
}
