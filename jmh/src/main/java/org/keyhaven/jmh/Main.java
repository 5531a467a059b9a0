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
import org.keyhaven.jmh.harness.Suite;
import org.keyhaven.jmh.server.ServerSuite;
import org.keyhaven.jmh.tls.TlsSuite;
import org.keyhaven.jmh.tools.ToolsSuite;

/**
 * {@code ./keyhaven bench [NAME] [--quick | --full]}. Status 0 when everything was measured, whether the targets were reached or not;
 * 1 when a suite failed; 2 for a wrong command line. The system property {@code keyhaven.root} names the checkout.
 */
public final class Main {
  private static final List<Suite> SUITES = List.of(new ClientSuite(), new ServerSuite(), new TlsSuite(), new ToolsSuite());

  private Main() { }

  public static void main(String[] args) throws IOException, InterruptedException {
    Pace pace = Pace.QUICK;
    String wanted = "";
    for (String arg : args) {
      switch (arg) {
        case "--quick" -> pace = Pace.QUICK;
        case "--full" -> pace = Pace.FULL;
        default -> {
          if (arg.startsWith("-") || !wanted.isEmpty()) {
            throw refused("unknown option " + arg);
          }
          wanted = arg;
        }
      }
    }
    System.exit(run(Path.of(System.getProperty("keyhaven.root")), pace, wanted) ? 0 : 1);
  }

  private static boolean run(Path root, Pace pace, String wanted) throws IOException, InterruptedException {
    Path results = Files.createDirectories(root.resolve("target/bench"));
    Report report = new Report(System.out, System.err, System.console() != null);
    try (Bench bench = new Bench(root, Files.createTempDirectory(results, "run-"), pace, wanted, report)) {
      List<Suite> suites = SUITES.stream().filter(bench::wants).toList();
      if (suites.isEmpty()) {
        throw refused("no benchmark is called " + wanted + "; there are "
            + SUITES.stream().map(Suite::name).collect(Collectors.joining(", ")) + ", and the ids of figures");
      }
      for (Suite suite : suites) {
        try {
          bench.run(suite);
        } catch (Exception e) {
          report.failure(suite, e);
        }
      }
    }
    return report.finish(results.resolve("results.json"), pace, commit(root));
  }

  /** Ends the program. */
  private static IllegalArgumentException refused(String reason) {
    System.err.println("keyhaven: " + reason + "; see ./keyhaven bench --help");
    System.exit(2);
    return new IllegalArgumentException(reason);
  }

  private static String commit(Path root) throws IOException, InterruptedException {
    String head = git(root, "rev-parse", "HEAD");
    return git(root, "status", "--porcelain", "--untracked-files=no").isEmpty() ? head : head + "+changes";
  }

  /** What git prints; "unknown" where there is no git or no repository. */
  private static String git(Path root, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
    command.addAll(List.of(arguments));
    Process git;
    try {
      git = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      return "unknown";
    }
    String printed = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    return git.waitFor() == 0 ? printed : "unknown";
  }
}
