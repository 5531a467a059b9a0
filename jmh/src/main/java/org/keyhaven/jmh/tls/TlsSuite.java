package org.keyhaven.jmh.tls;

import java.util.List;
import java.util.Set;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Comparison;
import org.keyhaven.jmh.harness.Contestant;
import org.keyhaven.jmh.harness.Figure;
import org.keyhaven.jmh.harness.Sample;
import org.keyhaven.jmh.harness.Suite;
import org.keyhaven.jmh.harness.Vault;

/** Full TLS handshakes with a key in the vault against the same with a key in the process. */
public final class TlsSuite implements Suite {
  private static final int THREADS = 4;
  private static final String REMOTE = "key in the vault";
  private static final String LOCAL = "key in the process";

  @Override
  public String name() {
    return "tls";
  }

  @Override
  public Set<Figure> figures() {
    return Set.of(Figure.TLS_CPU_REMOTE_VS_LOCAL);
  }

  @Override
  public void run(Bench bench) throws Exception {
    Vault vault = bench.vault();
    TlsKeys keys = TlsKeys.create(bench, vault);
    List<Contestant> servers = contestants(ServerHandshakes.class, keys, vault);
    boolean full = bench.pace().full();
    if (full) {
      measured(bench, vault, "server", Handshake.EC_TLS_1_2, servers);
      measured(bench, vault, "server", Handshake.EC_TLS_1_3, servers);
      measured(bench, vault, "server", Handshake.RSA_TLS_1_2, servers);
    }
    // The warmest: nothing takes a JVM's compilers as long as TLS.
    bench.figure(Figure.TLS_CPU_REMOTE_VS_LOCAL, measured(bench, vault, "server", Handshake.RSA_TLS_1_3, servers)
        .ratio(REMOTE, LOCAL, Sample::cpuMicros), "TLS 1.3");
    if (full) {
      List<Contestant> clients = contestants(ClientHandshakes.class, keys, vault);
      measured(bench, vault, "client", Handshake.RSA_TLS_1_3, clients);
      measured(bench, vault, "client", Handshake.RSA_TLS_1_2, clients);
      measured(bench, vault, "client", Handshake.EC_TLS_1_3, clients);
      measured(bench, vault, "client", Handshake.EC_TLS_1_2, clients);
    }
  }

  private static List<Contestant> contestants(Class<?> benchmark, TlsKeys keys, Vault vault) {
    return List.of(
        contestant(REMOTE, benchmark, KeyPlace.VAULT, keys).on(vault), contestant(LOCAL, benchmark, KeyPlace.PROCESS, keys));
  }

  private static Contestant contestant(String name, Class<?> benchmark, KeyPlace place, TlsKeys keys) {
    return new Contestant(name, benchmark).with("place", place).withProperty(TlsKeys.property(), keys.directory());
  }

  /** @throws IllegalStateException when there were handshakes for which the vault did not sign */
  private static Comparison measured(Bench bench, Vault vault, String role, Handshake handshake,
      List<Contestant> contestants) throws Exception {
    String key = TlsKeys.alias(handshake.key());
    long before = vault.signatures(key);
    Comparison comparison = bench.compare(role + handshake.operation(), THREADS, contestants, bench.pace().slower());
    requireSignatures(vault.signatures(key) - before, comparison);
    return comparison;
  }

  private static void requireSignatures(long signatures, Comparison comparison) {
    long handshakes = comparison.operations(REMOTE);
    if (signatures < handshakes) {
      throw new IllegalStateException(comparison.operation() + ": the vault signed " + signatures + " times for "
          + handshakes + " handshakes");
    }
  }
}
