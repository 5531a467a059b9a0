package org.keyhaven.server;

import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command line. What was asked for goes to stdout, everything else to stderr. Exit codes: 0 done, 1 it cannot be done,
 * 2 wrong usage; both with one line that begins {@code keyhaven:}.
 */
@Command(name = "keyhaven", description = "A vault for keys, on this machine.", mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class, subcommands = {ServeCommand.class, TokenCommand.class, FillCommand.class})
public final class Main implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  @Spec
  private CommandSpec spec;

  private Main() { }

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Called when no command was named. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name a command: serve or token");
  }

  static CommandLine commandLine() {
    IParameterExceptionHandler wrongUsage = (e, args) -> fail(e.getCommandLine(), 2,
        e.getMessage() + "; see " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    IExecutionExceptionHandler failure = (e, command, parsed) -> {
      if (e instanceof StartupException) {
        return fail(command, 1, e.getMessage());
      }
      LOG.debug("unexpected failure", e);
      return fail(command, 1, "unexpected failure: " + e);
    };
    return new CommandLine(new Main())
        .setParameterExceptionHandler(wrongUsage)
        .setExecutionExceptionHandler(failure)
        .setUsageHelpAutoWidth(true);
  }

  private static int fail(CommandLine command, int exitCode, String message) {
    PrintWriter err = command.getErr();
    err.println("keyhaven: " + message.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; "));
    err.flush();
    return exitCode;
  }

  /** The version of this build, from the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"keyhaven " + (version == null ? "(built from source)" : version)};
    }
  }
}
