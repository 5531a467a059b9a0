package org.keyhaven.jmh.provider;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Signature;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.jmh.harness.Rehearsal;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One signature over a message of 1 KiB, from {@link Signature#getInstance} on; after each round the JDK verifies the last
 * one.
 */
@State(Scope.Benchmark)
public class ProviderBenchmark {
  @Param
  public Through through;

  private final byte[] message = new byte[1024];
  private Signer signer;
  private volatile byte[] lastRs256;
  private volatile byte[] lastEs256;

  @Setup
  public void open() throws Exception {
    signer = through.opening().open(Connection.ofWorker(), Inputs.ofWorker());
    Rehearsal.hold(() -> signer.sign(KeyKind.EC, message));
  }

  @Benchmark
  public byte[] rs256() throws Exception {
    lastRs256 = signer.sign(KeyKind.RSA, message);
    return lastRs256;
  }

  @Benchmark
  public byte[] es256() throws Exception {
    lastEs256 = signer.sign(KeyKind.EC, message);
    return lastEs256;
  }

  @TearDown(Level.Iteration)
  public void check() throws GeneralSecurityException {
    check(KeyKind.RSA, lastRs256);
    check(KeyKind.EC, lastEs256);
  }

  @TearDown
  public void close() throws IOException {
    signer.close();
  }

  private void check(KeyKind kind, byte[] signature) throws GeneralSecurityException {
    if (signature == null) {
      return;
    }
    // r and s without DER: the client's way, and jsign's too, which no caller of a Signature expects.
    boolean plain = kind == KeyKind.EC && signature.length == 64;
    Signature verifier = Signature.getInstance(plain ? "SHA256withECDSAinP1363Format" : kind.jcaName());
    verifier.initVerify(signer.publicKey(kind));
    verifier.update(message);
    if (!verifier.verify(signature)) {
      throw new IllegalStateException("the JDK does not verify a signature of " + through + " with " + kind);
    }
  }
}
