package org.keyhaven.server.http;

import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.hsm.GeneratedKey;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.KeySpec;
import org.keyhaven.server.hsm.SealedKey;

/** An engine that says it is an HSM, for tests of what is above engines; the tests of the real HSM are elsewhere. */
record ShownAsHsm(KeyEngine engine) implements KeyEngine {
  @Override
  public boolean hsm() {
    return true;
  }

  @Override
  public String platform() {
    return "2";
  }

  @Override
  public boolean supports(KeySpec spec) {
    return engine.supports(spec);
  }

  @Override
  public GeneratedKey generate(String id, KeySpec spec) {
    return engine.generate(id, spec);
  }

  @Override
  public byte[] sign(SealedKey key, SignatureAlgorithm algorithm, byte[] digest) {
    return engine.sign(key, algorithm, digest);
  }

  @Override
  public void close() {
    engine.close();
  }
}
