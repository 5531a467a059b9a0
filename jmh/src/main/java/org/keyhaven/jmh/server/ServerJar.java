package org.keyhaven.jmh.server;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.keyhaven.jmh.harness.Tool;

/** The server's jar, which knows all that it needs, and programs that run with its class path. */
final class ServerJar {
  private ServerJar() { }

  /** @param root of the checkout, built */
  static Path of(Path root) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("server-stub/target"))) {
      return files.filter(file -> file.getFileName().toString().matches("keyhaven-server-.*(?<!-tests)\\.jar")).findFirst()
          .orElseThrow(() -> new IOException("the server is not built: no jar in " + root + "/server-stub/target"));
    }
  }

  /** The options of the JVM of a server that runs, such as those of its memory; none where the system does not tell. */
  static List<String> jvmOptions(ProcessHandle server) {
    return Stream.of(server.info().arguments().orElse(new String[0])).takeWhile(option -> !option.equals("-jar")).toList();
  }

  /** A JVM with the server's classes before those of the benchmarks. */
  static List<String> command(Path root, List<String> jvmOptions, Class<?> program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(Tool.ofJdk("java")));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", of(root) + File.pathSeparator + System.getProperty("java.class.path"),
        // The benchmarks bring a binding of SLF4J that is silent.
        "-Dslf4j.provider=ch.qos.logback.classic.spi.LogbackServiceProvider", "-Dslf4j.internal.verbosity=WARN",
        program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }
}
