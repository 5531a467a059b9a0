package org.keyhaven.jmh.provider;

import java.io.IOException;
import java.security.PublicKey;
import org.keyhaven.jmh.harness.Connection;

/** Signs with the keys of the suite. Thread-safe. */
interface Signer extends AutoCloseable {
  byte[] sign(KeyKind kind, byte[] message) throws Exception;

  /** What the JDK verifies with. */
  PublicKey publicKey(KeyKind kind);

  @Override
  default void close() throws IOException { }

  /** Opens one. */
  interface Opening {
    Signer open(Connection connection, Inputs inputs) throws Exception;
  }
}
