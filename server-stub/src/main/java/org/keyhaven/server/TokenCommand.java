package org.keyhaven.server;

import java.util.concurrent.Callable;
import org.keyhaven.server.admin.ConnectionFile;
import org.keyhaven.server.identity.TokenRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keyhaven token}. */
@Command(name = "token", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
    description = "Prints a bearer token of the running server, good for one hour.")
final class TokenCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Mixin
  private DataOption data;

  @Option(names = "--managed-hsm", description = "For the Managed HSMs instead of the vaults.")
  private boolean managedHsm;

  @Override
  public Integer call() throws InterruptedException {
    ConnectionFile connection = ConnectionFile.read(data.path().toAbsolutePath().resolve(ConnectionFile.NAME));
    spec.commandLine().getOut()
        .println(TokenRequest.send(connection, managedHsm ? connection.hsmUrl() : connection.vaultUrl()));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
