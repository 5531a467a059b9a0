package org.keyhaven.jmh.client;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.jmh.harness.Rehearsal;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Sign, verify and unwrap, each thread with the same client; after each round the JDK checks what came last. */
@State(Scope.Benchmark)
public class ClientBenchmark {
  @Param
  public Through through;

  private BenchKeys keys;
  private Remote remote;
  private byte[] signature;
  private volatile byte[] lastRs256;
  private volatile byte[] lastEs256;
  private volatile byte[] lastKey;

  @Setup
  public void open() throws Exception {
    Connection connection = Connection.ofWorker();
    keys = BenchKeys.of(connection);
    remote = through.open(connection, keys);
    signature = remote.signRs256(keys.digest());
    keys.checkRs256(signature);
    Rehearsal.hold(() -> remote.signEs256(keys.digest()));
  }

  @Benchmark
  public byte[] signRs256() throws Exception {
    lastRs256 = remote.signRs256(keys.digest());
    return lastRs256;
  }

  @Benchmark
  public byte[] signEs256() throws Exception {
    lastEs256 = remote.signEs256(keys.digest());
    return lastEs256;
  }

  @Benchmark
  public void verifyRs256() throws Exception {
    if (!remote.verifyRs256(keys.digest(), signature)) {
      throw new IllegalStateException("a good signature is refused");
    }
  }

  @Benchmark
  public byte[] unwrap() throws Exception {
    lastKey = remote.unwrap(keys.wrapped());
    return lastKey;
  }

  @TearDown(Level.Iteration)
  public void check() throws GeneralSecurityException {
    if (lastRs256 != null) {
      keys.checkRs256(lastRs256);
    }
    if (lastEs256 != null) {
      keys.checkEs256(lastEs256);
    }
    if (lastKey != null) {
      keys.checkUnwrapped(lastKey);
    }
  }

  @TearDown
  public void close() throws IOException {
    remote.close();
  }
}
