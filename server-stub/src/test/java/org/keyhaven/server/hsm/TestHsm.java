package org.keyhaven.server.hsm;

import java.nio.file.Path;

/** The SoftHSM token of the tests of this JVM. */
final class TestHsm {
  private TestHsm() { }

  static Path module() {
    return SoftHsm.find().orElseThrow(() ->
        new AssertionError("SoftHSM 2 is not installed (Debian: apt-get install softhsm2)"));
  }

  static Path configuration() {
    return Path.of(System.getenv(SoftHsm.CONFIGURATION_VARIABLE));
  }

  static synchronized Pkcs11Options options() {
    return SoftHsm.provision(module(), configuration().resolveSibling("engine-tests"));
  }
}
