package org.keyhaven.jmh.harness;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * A contestant's JVM. Arguments: the benchmark class, then {@code parameter=value}. Its input is orders, one a line; its
 * output the answers; all that is printed otherwise goes to its error output:
 *
 * <pre>
 * run METHOD THREADS WARM-UP-MILLIS ROUND-MILLIS ROUNDS    begins a benchmark, which then waits for its turns
 * go                                                       once to warm up, then once a round; answer: sample ...
 * </pre>
 *
 * The end of the input ends it, once it would wait for the next order.
 */
public final class WorkerMain {
  private WorkerMain() { }

  public static void main(String[] args) throws IOException, RunnerException {
    for (String order = Turns.nextOrder(); order != null; order = Turns.nextOrder()) {
      String[] run = order.split(" ");
      ChainedOptionsBuilder options = new OptionsBuilder()
          .include("^" + Pattern.quote(args[0] + "." + run[1]) + "$")
          .forks(0)
          .mode(Mode.SampleTime)
          .threads(Integer.parseInt(run[2]))
          .warmupIterations(1)
          .warmupTime(TimeValue.milliseconds(Long.parseLong(run[3])))
          .measurementTime(TimeValue.milliseconds(Long.parseLong(run[4])))
          .measurementIterations(Integer.parseInt(run[5]))
          .addProfiler(Turns.class)
          .timeUnit(TimeUnit.MICROSECONDS)
          .shouldFailOnError(true);
      for (String parameter : List.of(args).subList(1, args.length)) {
        int equals = parameter.indexOf('=');
        options.param(parameter.substring(0, equals), parameter.substring(equals + 1));
      }
      if (new Runner(options.build()).run().isEmpty()) {
        throw new IllegalArgumentException("no benchmark " + args[0] + "." + run[1]);
      }
    }
    System.exit(0); // though a contestant's library may still have threads
  }
}
