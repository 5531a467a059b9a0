package org.keyhaven.server.hsm;

import org.keyhaven.client.wire.SignatureAlgorithm;

/** Keys that this process keeps: encrypted with AES-256-GCM at rest, in the clear in its memory alone. */
public final class SoftwareEngine implements KeyEngine {

  /** @param dataKey 32 bytes, used for nothing else; copied */
  public SoftwareEngine(byte[] dataKey) { }

  @Override
  public boolean hsm() {
    return false;
  }

  @Override
  public String platform() {
    return "0";
  }

  @Override
  public boolean supports(KeySpec spec) {
    return true;
  }

  @Override
  public GeneratedKey generate(String id, KeySpec spec) {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] sign(SealedKey key, SignatureAlgorithm algorithm, byte[] digest) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() { }
}
