package org.keyhaven.jmh.client;

import java.util.concurrent.atomic.AtomicInteger;
import org.keyhaven.client.CryptographyClient;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.jmh.harness.Connection;

/** Counts what operations with a public half ask of the vault. */
final class PublicOperations {
  private static final int TIMES = 100;

  private PublicOperations() { }

  /** @return calls of the vault per operation, once the public half is known */
  static double requests(Connection connection) throws Exception {
    BenchKeys keys = BenchKeys.of(connection);
    AtomicInteger calls = new AtomicInteger();
    try (KeyhavenClient client = BenchKeys.client(connection, call -> {
      calls.incrementAndGet();
      return end -> { };
    })) {
      CryptographyClient rsa = client.cryptography(keys.rsa());
      byte[] signature = rsa.sign(SignatureAlgorithm.RS256, keys.digest());
      rsa.key();
      if (calls.getAndSet(0) == 0) {
        throw new IllegalStateException("the counter does not count");
      }
      int operations = 0;
      for (int i = 0; i < TIMES; i++) {
        if (!rsa.verify(SignatureAlgorithm.RS256, keys.digest(), signature)) {
          throw new IllegalStateException("a good signature is refused");
        }
        rsa.wrapKey(EncryptionAlgorithm.RSA_OAEP_256, keys.digest());
        rsa.encrypt(EncryptionAlgorithm.RSA_OAEP_256, keys.digest());
        operations += 3;
      }
      return (double) calls.get() / operations;
    }
  }
}
