/**
 * What every suite measures with: {@link Bench} is handed to a {@link Suite}, which compares {@link Contestant}s and reports
 * each {@link Figure}.
 *
 * <p>A contestant's {@code @Benchmark} methods run in its {@link WorkerMain worker} JVM under JMH; the coordinator lets one
 * worker run at a time.
 */
package org.keyhaven.jmh.harness;
