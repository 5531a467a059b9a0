package org.keyhaven.jmh.harness;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A contestant's JVM, as the coordinator sees it; see {@link WorkerMain} for what they say to each other. */
final class Worker implements AutoCloseable {
  private static final int LAST_LINES = 40;

  private final Contestant contestant;
  private final Path log;
  private final Process process;
  private final PrintStream orders;
  private final BufferedReader answers;

  private Worker(Contestant contestant, Path log, Process process) {
    this.contestant = contestant;
    this.log = log;
    this.process = process;
    this.orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** @param directory where its log goes */
  static Worker start(Contestant contestant, Pace pace, Path directory) throws IOException {
    String classPath = Stream.concat(contestant.libraries().stream().map(Path::toString),
        Stream.of(System.getProperty("java.class.path"))).collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>(List.of(Tool.ofJdk("java"), "-cp", classPath,
        "-Djmh.ignoreLock=true")); // JMH forbids what is wanted here: several at once, of which one runs
    command.addAll(Rehearsal.OPTIONS);
    command.add("-D" + Rehearsal.SECONDS + "=" + pace.rehearsal().toSeconds());
    command.addAll(contestant.jvmOptions());
    command.add(WorkerMain.class.getName());
    command.add(contestant.benchmark().getName());
    contestant.parameters().forEach((name, value) -> command.add(name + "=" + value));
    Path log = directory.resolve(contestant.name().replaceAll("[^0-9A-Za-z]+", "-") + ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(contestant.environment());
    return new Worker(contestant, log, builder.start());
  }

  /** Begins to set an operation up, and to warm it up; others may do so at the same time. */
  void begin(String operation, int threads, Pace pace) {
    orders.println("run " + operation + " " + threads + " " + pace.warmUp().toMillis() + " " + pace.round().toMillis() + " "
        + pace.rounds());
    orders.println("go");
  }

  /** Waits until the operation is warm; its {@link #turn turns} follow, exactly as many as the pace has rounds. */
  void awaitWarm() throws IOException {
    answer();
  }

  /** Lets it run for one round. */
  Sample turn() throws IOException {
    double before = serverCpuMicros();
    orders.println("go");
    String answer = answer();
    return Sample.read(answer, serverCpuMicros() - before);
  }

  private String answer() throws IOException {
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException(contestant.name() + " failed; the end of " + log + ":\n" + lastLines());
    }
    return answer;
  }

  /** Ends the process. */
  @Override
  public void close() {
    process.destroy();
  }

  private double serverCpuMicros() {
    ProcessHandle server = contestant.server();
    return server == null ? Double.NaN
        : CpuTimes.microsWithoutCompilers(server, server.info().totalCpuDuration().map(Duration::toNanos).orElseThrow());
  }

  private String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }
}
