package org.keyhaven.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.keyhaven.server.hsm.Pkcs11Options;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keyhaven serve}: runs until SIGTERM or SIGINT, which end it cleanly with exit code 0. */
@Command(name = "serve", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
    description = "Runs the vault in the foreground. Prints one line, READY https://localhost:PORT, to stdout once it serves;"
        + " DIR/connection.env then says how to connect.")
final class ServeCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Mixin
  private DataOption data;

  @Option(names = "--port", paramLabel = "PORT", defaultValue = "" + ServerOptions.DEFAULT_PORT,
      description = "Port of the vaults; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(names = "--hsm-port", paramLabel = "PORT", defaultValue = "" + ServerOptions.DEFAULT_HSM_PORT,
      description = "Port of the Managed HSMs; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int hsmPort;

  @Option(names = "--bind", paramLabel = "ADDRESS",
      description = "The address to listen on; 0.0.0.0 for all. Default: this machine alone (127.0.0.1, ::1).")
  private String bindAddress;

  @Option(names = "--hostname", paramLabel = "NAME",
      description = "A further name or IP address of this server; its certificate covers it. Repeatable. The certificate"
          + " authority vouches for the names of the first start alone; --bind lets other machines reach the server.")
  private List<String> hostnames = List.of();

  @Option(names = "--vault", paramLabel = "NAME",
      description = "A further vault, at https://NAME.vault.localhost:PORT. Repeatable.")
  private List<String> vaults = List.of();

  @Option(names = "--managed-hsm", paramLabel = "NAME",
      description = "A further Managed HSM, at https://NAME.managedhsm.localhost:PORT. Repeatable.")
  private List<String> managedHsms = List.of();

  @Option(names = "--soft-delete-days", paramLabel = "DAYS",
      description = "How long what was deleted can be recovered, 7 to 90; for all vaults, and not to be changed later."
          + " Default: 90.")
  private Integer softDeleteDays;

  @Option(names = "--purge-protection",
      description = "Nobody may purge before those days are over. For all vaults; once on, it stays.")
  private boolean purgeProtection;

  @Option(names = "--event-webhook", paramLabel = "URL",
      description = "Where events of keys go, in the schema of Azure Event Grid; https. Default: to the log alone.")
  private URI eventWebhook;

  @Option(names = "--outgoing-ca", paramLabel = "FILE", description = "PEM certificates that the event webhook and attestation"
      + " authorities are trusted by. Default: those of the Java platform.")
  private Path outgoingAuthorities;

  @ArgGroup
  private KeysGroup keys;

  /** What keeps the keys; without it, SoftHSM 2. */
  static final class KeysGroup {
    @ArgGroup(exclusive = false)
    private Pkcs11Group pkcs11;

    @Option(names = "--no-hsm", required = true, description = "Software keys alone, no HSM.")
    private boolean noHsm;
  }

  /** A token of any PKCS#11 module. */
  static final class Pkcs11Group {
    @Option(names = "--pkcs11", required = true, paramLabel = "MODULE", description = "PKCS#11 module that keeps the keys;"
        + " default: SoftHSM 2 where it is installed, with a token of its own in the data directory.")
    private Path module;

    @Option(names = "--token", required = true, paramLabel = "LABEL", description = "Label of its token.")
    private String label;

    @Option(names = "--pin-file", required = true, paramLabel = "FILE",
        description = "File with the token's user PIN, which its owner alone may read.")
    private Path pinFile;
  }

  @Override
  public Integer call() throws InterruptedException {
    requirePort("--port", port);
    requirePort("--hsm-port", hsmPort);
    if (port == hsmPort && port != 0) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--port and --hsm-port must differ");
    }
    if (softDeleteDays != null && (softDeleteDays < 7 || softDeleteDays > 90)) {
      throw new CommandLine.ParameterException(spec.commandLine(),
          "--soft-delete-days must be 7 to 90, not " + softDeleteDays);
    }
    VaultServer server = VaultServer.start(new ServerOptions(data.path(), port, hsmPort, bindAddress, hostnames, vaults,
        managedHsms, keeper(), new ServerOptions.Outgoing(eventWebhook, outgoingAuthorities),
        new ServerOptions.Deletion(softDeleteDays, purgeProtection)));
    // A JVM that ends by a signal exits with 128 + its number, unless the hook itself ends it: this end is a success.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      server.close();
      Runtime.getRuntime().halt(0);
    }, "shutdown"));
    spec.commandLine().getOut().println("READY " + server.vaultUrl());
    spec.commandLine().getOut().flush();
    new CountDownLatch(1).await();
    return 0;
  }

  private ServerOptions.Keys keeper() {
    if (keys == null) {
      return new ServerOptions.Keys.SoftHsm(true);
    }
    return keys.noHsm ? new ServerOptions.Keys.SoftwareOnly()
        : new ServerOptions.Keys.Pkcs11(new Pkcs11Options(keys.pkcs11.module, keys.pkcs11.label, keys.pkcs11.pinFile));
  }

  private void requirePort(String option, int value) {
    if (value < 0 || value > 65535) {
      throw new CommandLine.ParameterException(spec.commandLine(), option + " must be 0 to 65535, not " + value);
    }
  }
}
