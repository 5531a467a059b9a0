package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own, for tests that finalise the module, which is felt by all of a process. */
final class OwnProcess {
  private OwnProcess() { }

  /**
   * Runs a class with the directory as its argument, and with SoftHSM's tokens in {@code directory/softhsm/tokens}.
   *
   * @return what it printed, when it ended well within two minutes
   */
  static String run(Class<?> main, Path directory) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    if (Runtime.version().feature() >= 22) {
      // As the server's jar says in its manifest.
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), directory.toString()));
    Path output = directory.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put(SoftHsm.CONFIGURATION_VARIABLE, directory.resolve("softhsm/softhsm2.conf").toString());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
      return Files.readString(output);
    } finally {
      process.destroyForcibly();
    }
  }
}
