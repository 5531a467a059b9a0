package org.keyhaven.jmh.harness;

import java.util.Map;

/**
 * What was measured of one contestant, as results.json and the table show it.
 *
 * @param values by what they are; the unit is part of the name: {@code cpuMicros}, {@code memoryMegabytes}
 */
public record Row(String suite, String operation, String contestant, Map<String, Double> values) { }
