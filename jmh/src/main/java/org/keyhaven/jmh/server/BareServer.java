package org.keyhaven.jmh.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@link BareRoute} in a process of its own. */
final class BareServer implements AutoCloseable {
  private final Process process;
  private final Path directory;

  private BareServer(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  /**
   * @param directory of its own, which does not exist yet
   * @param jvmOptions as those of the server that it is compared with: a larger heap alone would make it cheaper
   */
  static BareServer start(Path root, Path directory, List<String> jvmOptions) throws IOException {
    Path log = directory.resolveSibling(directory.getFileName() + ".log");
    List<String> command = ServerJar.command(root, jvmOptions, BareRoute.class, directory.toString());
    BareServer server = new BareServer(new ProcessBuilder(command)
        .redirectError(log.toFile()).start(), directory);
    BufferedReader out = server.process.inputReader(StandardCharsets.UTF_8);
    String ready = out.readLine();
    if (ready == null || !ready.startsWith("READY ")) {
      server.close();
      throw new IOException("the bare route did not start: " + Files.readString(log));
    }
    return server;
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  Path connectionFile() {
    return directory.resolve("connection.env");
  }

  @Override
  public void close() {
    process.destroy();
  }
}
