package org.keyhaven.jmh.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** What a suite measures with and reports to. For one thread. */
public final class Bench implements AutoCloseable {
  private final Path root;
  private final Path directory;
  private final Pace pace;
  private final Selection selection;
  private final Report report;
  private final Map<Contestant, Worker> workers = new LinkedHashMap<>();
  private Suite suite;
  private Vault vault;

  /**
   * @param root of the checkout
   * @param directory of this run, for whatever it writes; exists
   */
  public Bench(Path root, Path directory, Pace pace, Selection selection, Report report) {
    this.root = root;
    this.directory = directory;
    this.pace = pace;
    this.selection = selection;
    this.report = report;
  }

  /** Runs a suite, and ends its contestants. */
  public void run(Suite next) throws Exception {
    suite = next;
    next.figures().stream().filter(selection::wants).forEach(report::expect);
    try {
      next.run(this);
    } finally {
      workers.values().forEach(Worker::close);
      workers.clear();
    }
  }

  /** Whether what leads to this figure is to be measured: all is asked for, or this suite, or this figure. */
  public boolean wants(Figure figure) {
    return selection.wants(figure);
  }

  public Pace pace() {
    return pace;
  }

  /** The checkout. */
  public Path root() {
    return root;
  }

  /** A directory of this run, for whatever a suite writes. */
  public Path directory() {
    return directory;
  }

  /** A directory of this run with this name; made. */
  public Path subdirectory(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }

  /** The jars of a folder that the build put beside this module's own: {@code peers/jsign}. */
  public List<Path> jars(String folder) throws IOException {
    try (Stream<Path> jars = Files.list(root.resolve("jmh/target").resolve(folder))) {
      return jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().toList();
    }
  }

  /** The vault that all suites share, with SoftHSM; started at the first call. */
  public Vault vault() throws IOException, InterruptedException {
    if (vault == null) {
      report.progress("starting a vault");
      vault = Vault.start(root, directory.resolve("vault"));
    }
    return vault;
  }

  /** The vault that all suites share, if any of them wanted it. */
  public Optional<Vault> startedVault() {
    return Optional.ofNullable(vault);
  }

  /**
   * Lets contestants take turns in one operation, and reports what each did.
   *
   * @param operation name of a {@code @Benchmark} method that the class of each has
   * @param threads in each contestant
   */
  public Comparison compare(String operation, int threads, List<Contestant> contestants) throws Exception {
    return compare(operation, threads, contestants, pace);
  }

  /** The same at another pace. */
  public Comparison compare(String operation, int threads, List<Contestant> contestants, Pace pace) throws Exception {
    String what = suite.name() + " " + operation + ", " + threads + " threads: ";
    Map<String, Worker> running = new LinkedHashMap<>();
    for (Contestant contestant : contestants) {
      Worker worker = workers.get(contestant);
      if (worker == null) {
        worker = Worker.start(contestant, pace, directory);
        workers.put(contestant, worker);
      }
      worker.begin(operation, threads, pace);
      running.put(contestant.name(), worker);
    }
    Map<String, Callable<Sample>> turns = new LinkedHashMap<>();
    for (Map.Entry<String, Worker> contestant : running.entrySet()) {
      report.progress(what + contestant.getKey() + " warms up");
      contestant.getValue().awaitWarm();
      turns.put(contestant.getKey(), contestant.getValue()::turn);
    }
    return play(operation, threads, turns, pace.rounds());
  }

  /** Lets whole processes take turns, each of which is one operation; a first run of each is not counted. */
  public Comparison time(String operation, List<TimedCommand> commands) throws Exception {
    Map<String, Callable<Sample>> turns = new LinkedHashMap<>();
    for (TimedCommand command : commands) {
      report.progress(suite.name() + " " + operation + ": " + command.name() + " runs once");
      command.run(directory);
      turns.put(command.name(), () -> command.run(directory));
    }
    return play(operation, 1, turns, pace.processRounds());
  }

  /** Says what is being done that takes a while. */
  public void progress(String what) {
    report.progress(what);
  }

  /** Reports what was measured otherwise, such as memory. */
  public void row(String operation, String contestant, Map<String, Double> values) {
    report.rows(List.of(new Row(suite.name(), operation, contestant, values)));
  }

  /** Reports a figure. */
  public void figure(Figure figure, double value) {
    figure(figure, value, "");
  }

  /** @param note what else must be known of it; may be empty */
  public void figure(Figure figure, double value, String note) {
    report.figure(figure, value, note);
  }

  @Override
  public void close() {
    if (vault != null) {
      vault.close();
    }
  }

  private Comparison play(String operation, int threads, Map<String, Callable<Sample>> turns, int rounds) throws Exception {
    Comparison comparison = new Comparison(operation, threads, Rounds.play(turns, rounds, round ->
        report.progress(suite.name() + " " + operation + ", " + threads + " threads: round " + round + " of " + rounds)));
    report.rows(comparison.rows(suite.name()));
    return comparison;
  }
}
