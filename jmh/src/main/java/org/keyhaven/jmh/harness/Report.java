package org.keyhaven.jmh.harness;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Collects what was measured; tells it on the terminal as it comes, and writes results.json. For one thread. */
public final class Report {
  private final Instant started = Instant.now();
  private final List<Results.Reached> figures = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private final Set<String> expected = new TreeSet<>();
  private final List<String> failures = new ArrayList<>();
  private final PrintStream out;
  private final PrintStream progress;
  private final boolean terminal;

  /**
   * @param out where tables go
   * @param progress where it says what it does
   * @param terminal whether progress is one line that changes
   */
  public Report(PrintStream out, PrintStream progress, boolean terminal) {
    this.out = out;
    this.progress = progress;
    this.terminal = terminal;
  }

  void progress(String text) {
    if (terminal) {
      progress.printf("\r\033[K%s", text);
    }
  }

  void rows(List<Row> measured) {
    rows.addAll(measured);
    Row first = measured.get(0);
    endProgress();
    out.printf("%n%s %s%n", first.suite(), first.operation());
    Set<String> columns = new LinkedHashSet<>();
    measured.forEach(row -> columns.addAll(row.values().keySet()));
    out.printf("  %-24s", "");
    columns.forEach(column -> out.printf("%17s", column));
    out.println();
    for (Row row : measured) {
      out.printf("  %-24s", row.contestant());
      columns.forEach(column -> out.printf("%17s", number(row.values().getOrDefault(column, Double.NaN))));
      out.println();
    }
  }

  /** Says that a figure is asked for, which not every run can measure. */
  void expect(Figure figure) {
    expected.add(figure.id());
  }

  /** What is no number was not measured: it is a failure then. */
  void figure(Figure figure, double value, String note) {
    if (!Double.isFinite(value)) {
      failures.add(figure.id() + ": " + value);
      return;
    }
    figures.add(new Results.Reached(figure, value, note));
  }

  /**
   * Something did not come to its end.
   *
   * @param what such as the name of a suite
   */
  public void failure(String what, Exception e) {
    failures.add(what + ": " + e.toString().lines().findFirst().orElseThrow());
    endProgress();
    e.printStackTrace(progress);
  }

  /**
   * Shows the figures, and writes the file.
   *
   * @return whether everything came to its end
   */
  public boolean finish(Path file, Pace pace, String commit) throws IOException {
    endProgress();
    out.printf("%n%-32s%10s  %-10s %s%n", "figure", "value", "target", "");
    for (Results.Reached figure : figures) {
      out.printf("%-32s%10s  %-10s %-8s %s%n", figure.id(), number(figure.value()),
          (figure.better().equals("lower") ? "<= " : ">= ") + number(figure.target()),
          figure.reached() ? "reached" : "missed", figure.note());
      expected.remove(figure.id());
    }
    expected.forEach(figure -> out.printf("%-32s%10s  not measured%n", figure, "-"));
    failures.forEach(failure -> out.println("failed: " + failure));
    String jdk = System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version");
    new Results(figures, pace.full() ? "full" : "quick", started.truncatedTo(ChronoUnit.SECONDS).toString(),
        Machine.here(), jdk, commit, failures, rows).write(file);
    out.println("\nresults: " + file);
    return failures.isEmpty();
  }

  private void endProgress() {
    if (terminal) {
      progress.print("\r\033[K");
      progress.flush();
    }
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    String format = value >= 100 || value == Math.rint(value) ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
