/**
 * Benchmarks, started by {@code ./keyhaven bench}.
 *
 * <p>Design choices: what is compared stands side by side in one run as a parameter; a benchmark verifies what it computed, so that a
 * fast failure cannot look like a result; a vault is started for the run and all its checks stay on.
 */
package org.keyhaven.jmh;
