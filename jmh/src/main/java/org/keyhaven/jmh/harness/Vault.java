package org.keyhaven.jmh.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A vault in a process of its own, as {@code ./keyhaven serve} runs it. Closing it ends the process; its directory stays.
 */
public final class Vault implements AutoCloseable {
  private static final long START_SECONDS = 180;

  private final Process process;
  private final Path directory;

  private Vault(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  /**
   * Starts one that is to be measured when it is warm, which it is the sooner for {@link Rehearsal#OPTIONS}, and waits until
   * it is ready.
   *
   * @param root of the checkout
   * @param directory its data directory; the server makes it
   */
  public static Vault start(Path root, Path directory) throws IOException, InterruptedException {
    return start(root, directory, Rehearsal.OPTIONS);
  }

  /** @param jvmOptions of its JVM, beside those that {@code ./keyhaven serve} gives it */
  public static Vault start(Path root, Path directory, List<String> jvmOptions) throws IOException, InterruptedException {
    Files.createDirectories(directory.toAbsolutePath().getParent());
    List<String> command = List.of(root.resolve("keyhaven").toString(), "serve", "--data", directory.toString(),
        "--port", "0", "--hsm-port", "0");
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(log(directory, "out").toFile())
        .redirectError(log(directory, "log").toFile());
    builder.environment().put("KEYHAVEN_BUILT", "1");
    // What every java launcher reads, and no launcher of ours has to pass on.
    builder.environment().put("JDK_JAVA_OPTIONS", String.join(" ", jvmOptions));
    Vault vault = new Vault(builder.start(), directory);
    Runtime.getRuntime().addShutdownHook(new Thread(vault::close, "stop of " + directory.getFileName()));
    try {
      vault.awaitReady();
      return vault;
    } catch (IOException | InterruptedException | RuntimeException e) {
      vault.close();
      throw e;
    }
  }

  public Connection connection() {
    return new Connection(connectionFile());
  }

  public Path connectionFile() {
    return directory.resolve("connection.env");
  }

  public Path directory() {
    return directory;
  }

  public ProcessHandle process() {
    return process.toHandle();
  }

  /** One line a request: method, path, status, milliseconds. */
  public Path accessLog() {
    return log(directory, "log");
  }

  /**
   * How often a key has signed so far, as the access log has it.
   *
   * @param key its name
   */
  public long signatures(String key) throws IOException {
    try (Stream<String> lines = Files.lines(accessLog(), StandardCharsets.UTF_8)) {
      return lines.filter(line -> line.contains(" POST /keys/" + key + "/") && line.contains("/sign 200 ")).count();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!ready()) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
        throw new IOException("the vault did not start: " + Files.readString(accessLog(), StandardCharsets.UTF_8));
      }
    }
  }

  private boolean ready() throws IOException {
    try (Stream<String> lines = Files.lines(log(directory, "out"), StandardCharsets.UTF_8)) {
      return lines.anyMatch(line -> line.startsWith("READY "));
    }
  }

  private static Path log(Path directory, String ending) {
    return directory.resolveSibling(directory.getFileName() + "." + ending);
  }
}
