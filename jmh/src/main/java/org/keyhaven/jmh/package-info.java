/**
 * Benchmarks, started by {@code ./keyhaven bench}: {@link org.keyhaven.jmh.Main} has the table of suites, {@code harness}
 * measures, and each other package is one suite.
 *
 * <p>Design choices (docs/adr/0008): what is compared runs side by side, each in a JVM of its own, and takes turns in
 * rounds; what counts is the median of the rounds' ratios. A benchmark verifies what it computed, so that a fast failure
 * cannot look like a result; a vault is started for the run and all its checks stay on.
 */
package org.keyhaven.jmh;
