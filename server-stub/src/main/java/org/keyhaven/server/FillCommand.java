package org.keyhaven.server;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.server.admin.DataDirectory;
import org.keyhaven.server.admin.ServerState;
import org.keyhaven.server.keys.KeyBatch;
import org.keyhaven.server.vaults.Endpoint;
import org.keyhaven.server.vaults.SoftDelete;
import org.keyhaven.server.vaults.Vault;
import org.keyhaven.server.vaults.VaultDefinition;
import org.keyhaven.server.vaults.VaultKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code keyhaven fill}: makes many keys in the default vault of a data directory that no server runs on, to measure or rehearse
 * with a full vault. They are made as any others: in the HSM, sealed and authenticated. {@code --help} does not show it.
 */
@Command(name = "fill", hidden = true, mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
    description = "Makes EC-HSM keys PREFIX0000000, PREFIX0000001, ... on P-256 in the default vault of a stopped server. Prints"
        + " one line: FILLED COUNT.")
final class FillCommand implements Callable<Integer> {
  /** Keys to a commit. */
  private static final int BATCH = 500;

  @Spec
  private CommandSpec spec;

  @Mixin
  private DataOption data;

  @Option(names = "--from", paramLabel = "N", defaultValue = "0", description = "The first key's number.")
  private int from;

  @Option(names = "--count", paramLabel = "N", required = true, description = "How many keys.")
  private int count;

  @Option(names = "--prefix", paramLabel = "TEXT", defaultValue = "key-", description = "What their names begin with.")
  private String prefix;

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    try (DataDirectory directory = DataDirectory.open(data.path())) {
      ServerState state = ServerState.open(directory);
      SoftDelete softDelete = new SoftDelete(state.softDeleteDays(), state.purgeProtection());
      try (OpenVaults storage = OpenVaults.open(directory, state, new ServerOptions.Keys.SoftHsm(true),
          List.of(new VaultDefinition(Endpoint.DEFAULT_VAULT, VaultKind.VAULT, softDelete)))) {
        fill(new KeyBatch(storage.database(), Clock.systemUTC()),
            storage.vaults().find(VaultKind.VAULT, Endpoint.DEFAULT_VAULT).orElseThrow());
      }
    }
    spec.commandLine().getOut().println("FILLED " + count);
    spec.commandLine().getOut().flush();
    return 0;
  }

  private void fill(KeyBatch batch, Vault vault) throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors() + 1);
    try {
      List<Future<?>> batches = IntStream.iterate(from, first -> first < from + count, first -> first + BATCH)
          .<Future<?>>mapToObj(first -> threads.submit(() ->
              batch.create(vault, names(first, Math.min(first + BATCH, from + count)), ecHsm())))
          .toList();
      for (Future<?> done : batches) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private List<String> names(int first, int end) {
    return IntStream.range(first, end).mapToObj(number -> String.format("%s%07d", prefix, number)).toList();
  }

  private static KeyCreateParameters ecHsm() {
    return new KeyCreateParameters(KeyType.EC_HSM, null, null, null, null, null, KeyCurve.P_256, null);
  }
}
