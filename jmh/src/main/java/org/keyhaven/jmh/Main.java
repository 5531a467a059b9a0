package org.keyhaven.jmh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.keyhaven.jmh.client.ClientSuite;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Pace;
import org.keyhaven.jmh.harness.Report;
import org.keyhaven.jmh.harness.Selection;
import org.keyhaven.jmh.harness.Suite;
import org.keyhaven.jmh.provider.ProviderSuite;
import org.keyhaven.jmh.server.Checks;
import org.keyhaven.jmh.server.ServerSuite;
import org.keyhaven.jmh.tls.TlsSuite;
import org.keyhaven.jmh.tools.ToolsSuite;

/**
 * {@code ./keyhaven bench [NAME] [--quick | --full]}. Status 0 when everything was measured, whether the targets were
 * reached or not; 1 when a suite failed; 2 for a wrong command line. System properties: {@code keyhaven.root} names the
 * checkout, {@code keyhaven.softhsm} SoftHSM's module; {@code keyhaven.terminal} is true where somebody watches.
 */
public final class Main {
  private static final List<Suite> SUITES =
      List.of(new ClientSuite(), new ProviderSuite(), new ServerSuite(), new TlsSuite(), new ToolsSuite());
  private static final String UNKNOWN = "unknown";

  private Main() { }

  public static void main(String[] args) throws IOException, InterruptedException {
    Pace pace = Pace.QUICK;
    List<String> names = new ArrayList<>();
    for (String arg : args) {
      switch (arg) {
        case "--quick" -> pace = Pace.QUICK;
        case "--full" -> pace = Pace.FULL;
        default -> names.add(arg);
      }
    }
    Selection selection = Selection.of(String.join(" ", names), SUITES);
    List<Suite> suites = SUITES.stream().filter(selection::wants).toList();
    if (suites.isEmpty()) {
      System.err.println("keyhaven: no benchmark is called " + String.join(" ", names) + "; there are " + SUITES.stream()
          .map(Suite::name).collect(Collectors.joining(", ")) + ", and the ids of figures; see ./keyhaven bench --help");
      System.exit(2);
    }
    System.exit(run(Path.of(System.getProperty("keyhaven.root")), pace, selection, suites) ? 0 : 1);
  }

  private static boolean run(Path root, Pace pace, Selection selection, List<Suite> suites)
      throws IOException, InterruptedException {
    String commit = commit(root); // a branch may move while it is measured
    Path results = Files.createDirectories(root.resolve("target/bench"));
    Report report = new Report(System.out, System.err, Boolean.getBoolean("keyhaven.terminal"));
    try (Bench bench = new Bench(root, Files.createTempDirectory(results, "run-"), pace, selection, report)) {
      for (Suite suite : suites) {
        try {
          bench.run(suite);
        } catch (Exception e) {
          report.failure(suite.name(), e);
        }
      }
      checkVault(bench, report);
    }
    return report.finish(results.resolve("results.json"), pace, commit);
  }

  /** The vault that was measured against checked everything, and still does. */
  private static void checkVault(Bench bench, Report report) {
    try {
      if (bench.startedVault().isPresent()) {
        Checks.run(bench.startedVault().get());
      }
    } catch (Exception e) {
      report.failure("checks of the vault", e);
    }
  }

  private static String commit(Path root) throws IOException, InterruptedException {
    String head = git(root, "rev-parse", "HEAD");
    boolean same = head.equals(UNKNOWN) || git(root, "status", "--porcelain", "--untracked-files=no").isEmpty();
    return same ? head : head + "+changes";
  }

  /** What git prints; {@link #UNKNOWN} where there is no git or no repository. */
  private static String git(Path root, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
    command.addAll(List.of(arguments));
    Process git;
    try {
      git = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      return UNKNOWN;
    }
    String printed = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    return git.waitFor() == 0 ? printed : UNKNOWN;
  }
}
