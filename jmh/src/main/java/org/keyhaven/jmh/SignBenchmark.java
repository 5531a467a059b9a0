package org.keyhaven.jmh;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.util.concurrent.TimeUnit;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.provider.KeyhavenProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One signature over a message of 1 KiB through {@link Signature}: with a key in a vault (HTTPS and the HSM included) against a
 * key in this JVM. The system property {@code keyhaven.bench.connection} names the vault's connection.env.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SignBenchmark {
  private static final String REMOTE = "Keyhaven";

  /** {@code Keyhaven}, or {@code local} for the JDK's own provider. */
  @Param({REMOTE, "local"})
  public String provider;

  /** {@code RS256} with RSA-2048, or {@code ES256}. */
  @Param({"RS256", "ES256"})
  public SignatureAlgorithm algorithm;

  private final byte[] message = new byte[1024];
  private KeyPair keys;
  private Signature signature;
  private byte[] last;

  /** One key a thread; a remote one is made in the HSM. */
  @Setup
  public void generate() throws GeneralSecurityException {
    boolean rsa = algorithm == SignatureAlgorithm.RS256;
    String family = rsa ? "RSA" : "EC";
    KeyPairGenerator generator = provider.equals(REMOTE)
        ? KeyPairGenerator.getInstance(family, vault()) : KeyPairGenerator.getInstance(family);
    generator.initialize(rsa ? 2048 : 256);
    keys = generator.generateKeyPair();
    signature = Signature.getInstance(name());
  }

  @Benchmark
  public byte[] sign() throws GeneralSecurityException {
    signature.initSign(keys.getPrivate());
    signature.update(message);
    last = signature.sign();
    return last;
  }

  /** Verifies the last signature with the JDK, and that the provider under test made it. */
  @TearDown(Level.Iteration)
  public void verify() throws GeneralSecurityException {
    boolean remote = signature.getProvider().getName().equals(REMOTE);
    Signature verifier = Signature.getInstance(name());
    verifier.initVerify(keys.getPublic());
    verifier.update(message);
    if (remote != provider.equals(REMOTE) || !verifier.verify(last)) {
      throw new IllegalStateException("wrong signature of " + algorithm + " by " + signature.getProvider());
    }
  }

  private String name() {
    return algorithm == SignatureAlgorithm.RS256 ? "SHA256withRSA" : "SHA256withECDSA";
  }

  private static Provider vault() {
    Provider installed = Security.getProvider(REMOTE);
    if (installed == null) {
      installed = new KeyhavenProvider().configure(System.getProperty("keyhaven.bench.connection"));
      Security.addProvider(installed);
    }
    return installed;
  }
}
