package org.keyhaven.jmh.tls;

import org.keyhaven.jmh.harness.Rehearsal;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/** An HTTPS server: each operation is one request that it answers, on a connection that a peer opened for it. */
@State(Scope.Benchmark)
public class ServerHandshakes {
  @Param
  public KeyPlace place;

  private Site site;
  private Peer peer;

  @Setup
  public void open(BenchmarkParams benchmark) throws Exception {
    Handshake handshake = Handshake.of(benchmark.getBenchmark());
    TlsKeys keys = TlsKeys.ofWorker();
    site = new Site(place.context(keys, handshake.key()), handshake, false);
    peer = Peer.start("client", handshake, benchmark.getThreads() + 1, site.port());
    Rehearsal.hold(() -> {
      site.serve();
      return null;
    });
  }

  @Benchmark
  public void serverRsaTls13() throws Exception {
    site.serve();
  }

  @Benchmark
  public void serverRsaTls12() throws Exception {
    site.serve();
  }

  @Benchmark
  public void serverEcTls13() throws Exception {
    site.serve();
  }

  @Benchmark
  public void serverEcTls12() throws Exception {
    site.serve();
  }

  @TearDown
  public void close() {
    peer.close();
    site.close();
  }
}
