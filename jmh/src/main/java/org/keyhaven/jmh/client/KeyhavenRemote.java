package org.keyhaven.jmh.client;

import org.keyhaven.client.CryptographyClient;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.jmh.harness.Connection;

final class KeyhavenRemote implements Remote {
  private final KeyhavenClient client;
  private final CryptographyClient rsa;
  private final CryptographyClient ec;

  KeyhavenRemote(Connection connection, BenchKeys keys) throws Exception {
    client = BenchKeys.client(connection);
    rsa = client.cryptography(keys.rsa());
    ec = client.cryptography(keys.ec());
  }

  @Override
  public byte[] signRs256(byte[] digest) {
    return rsa.sign(SignatureAlgorithm.RS256, digest);
  }

  @Override
  public byte[] signEs256(byte[] digest) {
    return ec.sign(SignatureAlgorithm.ES256, digest);
  }

  @Override
  public boolean verifyRs256(byte[] digest, byte[] signature) {
    return rsa.verify(SignatureAlgorithm.RS256, digest, signature);
  }

  @Override
  public byte[] unwrap(byte[] wrapped) {
    return rsa.unwrapKey(EncryptionAlgorithm.RSA_OAEP_256, wrapped).key();
  }

  @Override
  public void close() {
    client.close();
  }
}
