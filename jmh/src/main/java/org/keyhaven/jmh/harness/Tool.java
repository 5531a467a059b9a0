package org.keyhaven.jmh.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Programs that a suite prepares and verifies with. What is measured is a {@link TimedCommand}. */
public final class Tool {
  private Tool() { }

  /** A program of the JDK that runs this one: {@code keytool}, {@code jarsigner}. */
  public static String ofJdk(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  /**
   * Runs a program to its end.
   *
   * @param log what it prints is added to this file
   * @param environment added to this process's
   * @throws IOException when its status is not 0, with what it printed
   */
  public static void run(Path log, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    if (process.waitFor() != 0) {
      throw new IOException(command.get(0) + " ended with status " + process.exitValue() + ": "
          + Files.readString(log, StandardCharsets.UTF_8));
    }
  }
}
