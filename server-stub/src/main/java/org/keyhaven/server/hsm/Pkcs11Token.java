package org.keyhaven.server.hsm;

import org.keyhaven.server.StartupException;

/** One token of a PKCS#11 module, signed in as its user. Engines and sealers of all vaults share one. Thread-safe. */
public final class Pkcs11Token implements AutoCloseable {
  private Pkcs11Token() { }

  /**
   * Loads the module, finds the token and signs in. A wrong PIN is tried once, never again: tokens lock themselves.
   *
   * @throws org.keyhaven.server.StartupException when any of it fails, saying what to do
   */
  public static Pkcs11Token open(Pkcs11Options options) {
    throw new StartupException("not there yet: " + options.tokenLabel());
  }

  /** Closes the sessions. The module stays loaded, for other tokens of this process may use it. */
  @Override
  public void close() { }
}
