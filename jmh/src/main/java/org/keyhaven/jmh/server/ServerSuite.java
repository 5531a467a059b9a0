package org.keyhaven.jmh.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Comparison;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.jmh.harness.Contestant;
import org.keyhaven.jmh.harness.Figure;
import org.keyhaven.jmh.harness.Rehearsal;
import org.keyhaven.jmh.harness.Sample;
import org.keyhaven.jmh.harness.Suite;
import org.keyhaven.jmh.harness.Vault;

/**
 * The server against its limits: the HSM alone, and its own HTTP server with nothing behind. Server and HSM loop run on one
 * processor, the load on another, where {@link Cores} can do that.
 */
public final class ServerSuite implements Suite {
  private static final String VAULT = "the vault";
  private static final String BARE = "bare route";
  private static final String HSM = "C_Sign";
  /** Of the figures. */
  private static final int CONNECTIONS = 16;
  /** Requests at least, before a server may be warm. */
  private static final int WARM_UP = 20_000;
  private static final List<String> OTHERS =
      List.of("verifyRs256", "encryptOaep", "getKey", "listKeys", "createEcKey", "connect");

  @Override
  public String name() {
    return "server";
  }

  @Override
  public Set<Figure> figures() {
    return Set.of(Figure.SERVER_CPU_VS_BARE_ROUTE, Figure.SERVER_THROUGHPUT_VS_LIMIT, Figure.MILLION_KEYS_LATENCY,
        Figure.MILLION_KEYS_MEMORY_MB);
  }

  @Override
  public void run(Bench bench) throws Exception {
    boolean all = bench.pace().full() && bench.wants(Figure.SERVER_CPU_VS_BARE_ROUTE)
        && bench.wants(Figure.MILLION_KEYS_LATENCY);
    if (all) {
      StartTimes.measure(bench);
    }
    // The one that other suites have kept busy: it is the warmer for that.
    Vault vault = bench.vault();
    try (BareServer bare = BareServer.start(bench.root(), bench.directory().resolve("bare"),
        Stream.concat(ServerJar.jvmOptions(vault.process()).stream(), Rehearsal.OPTIONS.stream()).toList())) {
      ServerKeys.create(vault.connection());
      ServerKeys keys = ServerKeys.of(vault.connection(), ServerKeys.EC);
      Requests requests = Requests.of(vault.connection().vault(), vault.connection().token());
      if (all) {
        ConnectionMemory.measure(bench, vault, requests.get(keys.ecPath()));
      }
      String warmth = warmUp(bench, vault, bare, requests, keys);
      Contestant hsm = new Contestant(HSM, SignLoop.class).withLibraries(List.of(ServerJar.of(bench.root())))
          .withProperty(SignLoop.DIRECTORY, bench.directory().resolve("softhsm"))
          .withEnvironment("SOFTHSM2_CONF", bench.directory().resolve("softhsm").resolve("softhsm2.conf"));
      boolean limits = bench.wants(Figure.SERVER_CPU_VS_BARE_ROUTE) || bench.wants(Figure.SERVER_THROUGHPUT_VS_LIMIT);
      boolean million = bench.wants(Figure.MILLION_KEYS_LATENCY) || bench.wants(Figure.MILLION_KEYS_MEMORY_MB);
      // First, since a row of the others makes thousands of keys; a quick run of everything has no time for them.
      if (million && (bench.pace().full() || !limits)) {
        new MillionKeys(bench, vault).measure(hsm);
      }
      if (limits) {
        Cores.server(vault.process());
        Cores.server(bare.process());
        try {
          compare(bench, vault, bare, hsm, warmth);
        } finally {
          Cores.free(vault.process());
        }
      }
      Checks.run(vault, keys.ecPath());
    }
  }

  /** @return for the notes of figures: which of the two is not warm; mostly empty */
  private static String warmUp(Bench bench, Vault vault, BareServer bare, Requests requests, ServerKeys keys)
      throws Exception {
    Connection other = Connection.of(bare.connectionFile());
    Requests bareRequests = Requests.of(other.vault(), requests.token());
    WarmUp.Target floor = new WarmUp.Target("the " + BARE, bare.process(), other.tls(), other.vault().getPort(),
        signatures(bareRequests, keys));
    bench.progress("server: load that is not measured");
    return WarmUp.run(List.of(target(bench, vault, requests, keys), floor), WARM_UP, longestWarmUp(bench));
  }

  static void warmUp(Bench bench, Vault vault, Requests requests, ServerKeys keys) throws Exception {
    bench.progress("server: load that is not measured");
    WarmUp.run(List.of(target(bench, vault, requests, keys)), WARM_UP, longestWarmUp(bench));
  }

  /** A vault, and requests of each kind that is measured and leaves nothing behind. */
  private static WarmUp.Target target(Bench bench, Vault vault, Requests requests, ServerKeys keys) throws Exception {
    return new WarmUp.Target(VAULT, vault.process(), vault.connection().tls(), vault.connection().vault().getPort(),
        bench.pace().full() ? mixed(requests, keys) : signatures(requests, keys));
  }

  private static List<byte[]> signatures(Requests requests, ServerKeys keys) {
    byte[] ec = requests.post(keys.ecPath() + "/sign", sign("ES256"));
    return List.of(ec, ec, ec, requests.post(keys.rsaPath() + "/sign", sign("RS256")));
  }

  private static Duration longestWarmUp(Bench bench) {
    return bench.pace().full() ? Duration.ofMinutes(3) : Duration.ofSeconds(25);
  }

  private static void compare(Bench bench, Vault vault, BareServer bare, Contestant hsm, String warmth)
      throws Exception {
    Contestant ours = load(VAULT).on(vault);
    Contestant floor = load(BARE).on(vault).withServer(bare.process())
        .withProperty(LoadBenchmark.BARE, bare.connectionFile());
    List<Integer> connections = bench.pace().full() ? List.of(1, 4, CONNECTIONS, 64, 256) : List.of(CONNECTIONS);
    for (int count : connections) {
      Comparison es256 = bench.compare("signEs256", count, List.of(ours, floor, hsm));
      Comparison rs256 = bench.compare("signRs256", count, List.of(ours, floor, hsm));
      if (count == CONNECTIONS) {
        bench.figure(Figure.SERVER_CPU_VS_BARE_ROUTE, median(es256, (server, route, sign) ->
            (server.serverCpuMicros() - sign.cpuMicros()) / route.serverCpuMicros()), CONNECTIONS + " connections" + warmth);
        int cores = Cores.pin() ? 1 : Runtime.getRuntime().availableProcessors();
        bench.figure(Figure.SERVER_THROUGHPUT_VS_LIMIT, median(rs256, (server, route, sign) ->
            // What other programs take of the processor, both lack.
            server.perSecond() * (sign.cpuMicros() + route.serverCpuMicros()) / 1e6 / (cores * share(sign, cores))),
            (Cores.pin() ? String.format(Locale.ROOT,
                "the server on one processor, the load on another; the server had %.0f %% of it, C_Sign %.0f %%",
                rs256.median(VAULT, sample -> sample.perSecond() * sample.serverCpuMicros() / 1e4),
                rs256.median(HSM, sample -> 100 * share(sample, cores)))
                : "no taskset: the load took its share of the server's processors") + warmth);
      }
      for (String operation : bench.pace().full() ? OTHERS : List.<String>of()) {
        bench.compare(operation, count, List.of(ours));
      }
    }
  }

  /** Which part of the processors it had; it never waits for anything else. */
  private static double share(Sample sign, int cores) {
    return Math.min(1, sign.perSecond() * sign.cpuMicros() / 1e6 / cores);
  }

  /** Its code is good enough when it is compiled once, soon: what its second compiler takes, the server's load lacks. */
  private static Contestant load(String server) {
    return new Contestant(server, LoadBenchmark.class).withJvmOption("-XX:TieredStopAtLevel=1");
  }

  private static List<byte[]> mixed(Requests requests, ServerKeys keys) {
    List<byte[]> mixed = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      mixed.add(requests.post(keys.ecPath() + "/sign", sign("ES256")));
      mixed.add(requests.get(keys.ecPath()));
    }
    mixed.add(requests.post(keys.rsaPath() + "/sign", sign("RS256")));
    mixed.add(requests.get("/keys"));
    return mixed;
  }

  static String sign(String algorithm) {
    return "{\"alg\":\"" + algorithm + "\",\"value\":\"" + "A".repeat(43) + "\"}";
  }

  /** What one round of the three says. */
  private interface Ratio {
    double of(Sample server, Sample route, Sample sign);
  }

  private static double median(Comparison comparison, Ratio ratio) {
    Map<String, List<Sample>> samples = comparison.samples();
    return Comparison.median(IntStream.range(0, samples.get(VAULT).size()).mapToDouble(round -> ratio.of(
        samples.get(VAULT).get(round), samples.get(BARE).get(round), samples.get(HSM).get(round))).toArray());
  }
}
