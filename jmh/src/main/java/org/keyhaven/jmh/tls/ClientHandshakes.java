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

/** An HTTPS client that shows a certificate: each operation is one request on a connection of its own. */
@State(Scope.Benchmark)
public class ClientHandshakes {
  @Param
  public KeyPlace place;

  private Visitor visitor;
  private int port;
  private Peer peer;

  @Setup
  public void open(BenchmarkParams benchmark) throws Exception {
    Handshake handshake = Handshake.of(benchmark.getBenchmark());
    TlsKeys keys = TlsKeys.ofWorker();
    visitor = new Visitor(place.context(keys, handshake.key()), handshake);
    peer = Peer.start("server", handshake, benchmark.getThreads());
    port = peer.port();
    Rehearsal.hold(() -> {
      visitor.visit(port);
      return null;
    });
  }

  @Benchmark
  public void clientRsaTls13() throws IOException {
    visitor.visit(port);
  }

  @Benchmark
  public void clientRsaTls12() throws IOException {
    visitor.visit(port);
  }

  @Benchmark
  public void clientEcTls13() throws IOException {
    visitor.visit(port);
  }

  @Benchmark
  public void clientEcTls12() throws IOException {
    visitor.visit(port);
  }

  @TearDown
  public void close() {
    peer.close();
  }
}
