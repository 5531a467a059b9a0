package org.keyhaven.jmh.client;

import java.io.IOException;

/** One key, or two, of a vault through one of the clients that are compared. Thread-safe. */
interface Remote extends AutoCloseable {
  byte[] signRs256(byte[] digest) throws Exception;

  /** @return r and s, concatenated */
  byte[] signEs256(byte[] digest) throws Exception;

  boolean verifyRs256(byte[] digest, byte[] signature) throws Exception;

  /** With RSA-OAEP-256. */
  byte[] unwrap(byte[] wrapped) throws Exception;

  @Override
  void close() throws IOException;
}
