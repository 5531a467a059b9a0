package org.keyhaven.jmh.tls;

import java.io.IOException;
import javax.net.ssl.SSLServerSocket;
import org.keyhaven.jmh.harness.Rehearsal;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/** A TLS server: each operation accepts one connection, which a peer that does nothing else has been waiting with. */
@State(Scope.Benchmark)
public class ServerHandshakes {
  @Param
  public KeyPlace place;

  private Endpoint endpoint;
  private SSLServerSocket listener;
  private Peer peer;

  @Setup
  public void open(BenchmarkParams benchmark) throws Exception {
    Handshake handshake = Handshake.of(benchmark.getBenchmark());
    TlsKeys keys = TlsKeys.ofWorker();
    endpoint = new Endpoint(place.context(keys, handshake.key()), handshake);
    listener = endpoint.listen(false);
    peer = Peer.start("client", handshake, benchmark.getThreads() + 1, listener.getLocalPort());
    Rehearsal.hold(() -> {
      endpoint.serve(listener);
      return null;
    });
  }

  @Benchmark
  public void serverRsaTls13() throws IOException {
    endpoint.serve(listener);
  }

  @Benchmark
  public void serverRsaTls12() throws IOException {
    endpoint.serve(listener);
  }

  @Benchmark
  public void serverEcTls13() throws IOException {
    endpoint.serve(listener);
  }

  @Benchmark
  public void serverEcTls12() throws IOException {
    endpoint.serve(listener);
  }

  @TearDown
  public void close() throws IOException {
    peer.close();
    listener.close();
  }
}
