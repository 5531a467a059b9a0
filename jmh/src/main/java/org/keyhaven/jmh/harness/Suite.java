package org.keyhaven.jmh.harness;

import java.util.Set;

/** Benchmarks of one feature. A row of the table in {@link org.keyhaven.jmh.Main}. */
public interface Suite {
  /** As it is asked for: {@code ./keyhaven bench NAME}. */
  String name();

  /** The figures that this suite reports. */
  Set<Figure> figures();

  /**
   * Measures, and reports with {@link Bench#figure}. What takes long asks {@link Bench#wants} first.
   *
   * @throws Exception whatever fails; the suites after it still run
   */
  void run(Bench bench) throws Exception;
}
