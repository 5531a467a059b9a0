package org.keyhaven.server.hsm;

import java.nio.file.Path;
import java.util.Optional;
import org.keyhaven.server.StartupException;

/** SoftHSM 2, the HSM of a machine that has none: found where packages put it, and given a token of its own. */
public final class SoftHsm {
  /** The environment variable that names SoftHSM's configuration file. SoftHSM reads it from the process, a JVM cannot set it. */
  public static final String CONFIGURATION_VARIABLE = "SOFTHSM2_CONF";

  private SoftHsm() { }

  /** The module: what {@code SOFTHSM2_LIB} names, or else where Debian, Fedora, Alpine and Homebrew put it. */
  public static Optional<Path> find() {
    return Optional.empty();
  }

  /**
   * Makes sure that {@code directory} has a token: makes it (with a random PIN, in a 0600 file there) the first time, finds it
   * again afterwards. The token itself is kept where the configuration that SOFTHSM2_CONF names says; when that file does not
   * exist yet, it is written, with a token directory beside it.
   *
   * @throws org.keyhaven.server.StartupException when SOFTHSM2_CONF is not set, or SoftHSM refuses
   */
  public static Pkcs11Options provision(Path module, Path directory) {
    throw new StartupException("not there yet: " + module + directory);
  }
}
