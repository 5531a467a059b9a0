package org.keyhaven.jmh.tls;

import java.io.IOException;
import org.keyhaven.jmh.harness.Rehearsal;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/** A TLS client that shows a certificate: each operation opens one connection to a peer that asks for it. */
@State(Scope.Benchmark)
public class ClientHandshakes {
  @Param
  public KeyPlace place;

  private Endpoint endpoint;
  private int port;
  private Peer peer;

  @Setup
  public void open(BenchmarkParams benchmark) throws Exception {
    Handshake handshake = Handshake.of(benchmark.getBenchmark());
    TlsKeys keys = TlsKeys.ofWorker();
    endpoint = new Endpoint(place.context(keys, handshake.key()), handshake);
    peer = Peer.start("server", handshake, benchmark.getThreads());
    port = peer.port();
    Rehearsal.hold(() -> {
      endpoint.connect(port);
      return null;
    });
  }

  @Benchmark
  public void clientRsaTls13() throws IOException {
    endpoint.connect(port);
  }

  @Benchmark
  public void clientRsaTls12() throws IOException {
    endpoint.connect(port);
  }

  @Benchmark
  public void clientEcTls13() throws IOException {
    endpoint.connect(port);
  }

  @Benchmark
  public void clientEcTls12() throws IOException {
    endpoint.connect(port);
  }

  @TearDown
  public void close() {
    peer.close();
  }
}
