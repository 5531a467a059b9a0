package org.keyhaven.server.hsm;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** With the JDK's own cryptography alone, as where Amazon's does not load. */
class PlainJcaEngineTest extends CipherContract {
  private static final byte[] DATA_KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  @Override
  KeyEngine newEngine() {
    return new SoftwareEngine(DATA_KEY, new Jca(Optional.empty()));
  }

  @Override
  boolean bindsIds() {
    return true;
  }
}
