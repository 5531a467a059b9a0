package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The stock tools of the installed JDKs, as processes of their own. */
final class Tools {
  private Tools() { }

  /** What a process said, standard output and error together. */
  record Result(List<String> command, int exit, String output) {
    Result succeeded() {
      assertThat(exit).as("%s%n%s", String.join(" ", command), output).isZero();
      return this;
    }
  }

  /** The JDK that runs the tests, that of JAVA_25_HOME, and others of this machine that are new enough, one a version. */
  static List<Path> jdks() throws IOException {
    List<Path> candidates = new ArrayList<>();
    String named = System.getenv("JAVA_25_HOME");
    if (named != null && !named.isEmpty()) {
      candidates.add(Path.of(named));
    }
    Path installed = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(installed)) {
      try (Stream<Path> folders = Files.list(installed)) {
        folders.sorted().forEach(candidates::add);
      }
    }
    List<Path> homes = new ArrayList<>(List.of(current()));
    for (Path candidate : candidates) {
      Path home = candidate.toRealPath();
      boolean usable = Files.isExecutable(home.resolve("bin/keytool"))
          && Files.isExecutable(home.resolve("bin/jarsigner"));
      if (usable && version(home) >= 17 && homes.stream().noneMatch(known -> version(known) == version(home))) {
        homes.add(home);
      }
    }
    return homes;
  }

  static Path current() {
    return Path.of(System.getProperty("java.home"));
  }

  /** The feature number in the file {@code release}; 0 where there is none. */
  static int version(Path home) {
    try (Stream<String> lines = Files.lines(home.resolve("release"))) {
      return lines.filter(line -> line.startsWith("JAVA_VERSION=")).map(line -> line.replaceAll("[^0-9.]", ""))
          .map(version -> Integer.parseInt(version.split("\\.")[0])).findFirst().orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  static Result run(Path tool, String... arguments) throws IOException, InterruptedException {
    return run(command(tool, List.of(arguments)));
  }

  /** A program, with the options of {@code java} before its name. */
  static Result java(Path jdk, List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(jdk.resolve("bin/java").toString(), "-Duser.language=en"));
    command.addAll(arguments);
    return run(command);
  }

  /** A tool that is told this where it asks. */
  static Result told(String input, Path tool, List<String> arguments) throws IOException, InterruptedException {
    File typed = File.createTempFile("tool", ".in");
    try {
      Files.writeString(typed.toPath(), input);
      return run(command(tool, arguments), typed);
    } finally {
      Files.delete(typed.toPath());
    }
  }

  /** Any program that is on the path. */
  static Result run(List<String> command) throws IOException, InterruptedException {
    return run(command, new File("/dev/null"));
  }

  private static List<String> command(Path tool, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(tool.toString(), "-J-Duser.language=en",
        "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
    command.addAll(arguments);
    return command;
  }

  private static Result run(List<String> command, File input) throws IOException, InterruptedException {
    File output = File.createTempFile("tool", ".out");
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output)
          .redirectInput(ProcessBuilder.Redirect.from(input)).start();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("did not end: " + String.join(" ", command));
      }
      return new Result(command, process.exitValue(), Files.readString(output.toPath()));
    } finally {
      Files.delete(output.toPath());
    }
  }
}
