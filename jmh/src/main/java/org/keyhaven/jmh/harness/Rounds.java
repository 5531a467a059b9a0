package org.keyhaven.jmh.harness;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;

/**
 * Lets contestants take turns; each round begins with another one, so that none is always first or always after the same.
 */
final class Rounds {
  private Rounds() { }

  /**
   * @param contestants by name, in the order of the first round
   * @param progress told each round's number, from 1
   * @return each contestant's samples, one a round
   */
  static Map<String, List<Sample>> play(Map<String, Callable<Sample>> contestants, int rounds, IntConsumer progress)
      throws Exception {
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    contestants.keySet().forEach(name -> samples.put(name, new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      progress.accept(round + 1);
      for (String name : rotated(contestants.keySet(), round)) {
        samples.get(name).add(contestants.get(name).call());
      }
    }
    return samples;
  }

  private static List<String> rotated(Collection<String> names, int by) {
    List<String> all = List.copyOf(names);
    int first = by % all.size();
    List<String> order = new ArrayList<>(all.subList(first, all.size()));
    order.addAll(all.subList(0, first));
    return order;
  }
}
