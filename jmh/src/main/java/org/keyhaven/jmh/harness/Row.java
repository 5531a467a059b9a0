package org.keyhaven.jmh.harness;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was measured of one contestant, as results.json and the table show it.
 *
 * @param values by what they are; the unit is part of the name: {@code cpuMicros}, {@code memoryMegabytes}. NaN, which is
 *     what the system does not tell, is left out
 */
public record Row(String suite, String operation, String contestant, Map<String, Double> values) {
  public Row {
    Map<String, Double> measured = new LinkedHashMap<>(values);
    measured.values().removeIf(value -> value.isNaN());
    values = Collections.unmodifiableMap(measured);
  }
}
