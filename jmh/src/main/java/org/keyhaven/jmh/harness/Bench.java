package org.keyhaven.jmh.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** What a suite measures with and reports to. For one thread. */
public final class Bench implements AutoCloseable {
  private final Path root;
  private final Path directory;
  private final Pace pace;
  private final String wanted;
  private final Report report;
  private final Map<Contestant, Worker> workers = new LinkedHashMap<>();
  private Suite suite;
  private Vault vault;

  /**
   * @param root of the checkout
   * @param directory of this run, for whatever it writes; exists
   * @param wanted part of the name of a suite or the id of a figure; empty for all
   */
  public Bench(Path root, Path directory, Pace pace, String wanted, Report report) {
    this.root = root;
    this.directory = directory;
    this.pace = pace;
    this.wanted = wanted;
    this.report = report;
  }

  /** Runs a suite, and ends its contestants. */
  public void run(Suite next) throws Exception {
    suite = next;
    try {
      next.run(this);
    } finally {
      workers.values().forEach(Worker::close);
      workers.clear();
    }
  }

  /** Whether the suite is asked for, by its name or by a figure. */
  public boolean wants(Suite candidate) {
    return candidate.name().contains(wanted) || candidate.figures().stream().anyMatch(figure -> figure.id().contains(wanted));
  }

  /** Whether what leads to this figure is asked for: all is, or this suite, or this figure. */
  public boolean wants(Figure figure) {
    return suite.name().contains(wanted) || figure.id().contains(wanted);
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

  /** A JAR or directory beside this module's own jar: {@code peers}, {@code lib}. */
  public Path target(String name) {
    return root.resolve("jmh").resolve("target").resolve(name);
  }

  /** The vault that all suites share, with SoftHSM; started at the first call. */
  public Vault vault() throws IOException, InterruptedException {
    if (vault == null) {
      report.progress("starting a vault");
      vault = Vault.start(root, directory.resolve("vault"));
    }
    return vault;
  }

  /**
   * Lets contestants take turns in one operation, and reports what each did.
   *
   * @param operation name of a {@code @Benchmark} method that the class of each has
   * @param threads in each contestant
   */
  public Comparison compare(String operation, int threads, List<Contestant> contestants) throws Exception {
    Map<String, Callable<Sample>> turns = new LinkedHashMap<>();
    for (Contestant contestant : contestants) {
      report.progress(suite.name() + " " + operation + ", " + threads + " threads: " + contestant.name() + " warms up");
      Worker worker = workers.get(contestant);
      if (worker == null) {
        worker = Worker.start(contestant, directory);
        workers.put(contestant, worker);
      }
      worker.begin(operation, threads, pace);
      turns.put(contestant.name(), worker::turn);
    }
    return play(operation, threads, turns, pace.rounds());
  }

  /** Lets whole processes take turns; a first run of each is not counted. What an operation costs is what a process costs. */
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
