package org.keyhaven.jmh.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A contestant that is a whole process: what is measured is its wall time, and the CPU time of it and its children. It must
 * end with status 0; what it prints goes to a file.
 *
 * @param prepare done before each run and not measured
 */
public record TimedCommand(String name, List<String> command, Map<String, String> environment, Preparation prepare) {
  /** What a run needs anew, such as the jar that it signs. */
  public interface Preparation {
    void run() throws IOException;
  }

  public TimedCommand {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  public TimedCommand(String name, List<String> command) {
    this(name, command, Map.of(), () -> { });
  }

  /** What the last run printed. */
  public Path output(Path directory) {
    return directory.resolve(fileName() + ".out"); // a worker of the same name has the .log
  }

  private String fileName() {
    return name.replaceAll("[^0-9A-Za-z]+", "-");
  }

  /** @param directory where its output goes */
  Sample run(Path directory) throws IOException, InterruptedException {
    prepare.run();
    Path times = directory.resolve(fileName() + ".times");
    Path output = output(directory);
    // The shell's own clock counts the children that it waited for; a JVM cannot ask for that.
    List<String> timed = new ArrayList<>(List.of("bash", "-c",
        "log=$1; shift; TIMEFORMAT='%3R %3U %3S'; time \"$@\" >\"$log\" 2>&1 </dev/null", "bash", output.toString()));
    timed.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(timed).redirectErrorStream(true).redirectOutput(times.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("LC_ALL", "C");
    int status = builder.start().waitFor();
    if (status != 0) {
      throw new IOException(name + " ended with status " + status + ": " + Files.readString(output, StandardCharsets.UTF_8));
    }
    String[] seconds = Files.readString(times, StandardCharsets.UTF_8).trim().split(" ");
    double wall = Double.parseDouble(seconds[0]);
    double cpu = Double.parseDouble(seconds[1]) + Double.parseDouble(seconds[2]);
    return new Sample(1, 1 / wall, wall * 1e6, wall * 1e6, cpu * 1e6, Double.NaN);
  }
}
