package org.keyhaven.server.hsm;

import java.nio.file.Path;
import org.keyhaven.server.StartupException;

/** The sealer of a server without HSM: AES-256-GCM under a key in a file that only its owner may read (mode 0600). */
public final class MasterKeyFile implements Sealer {
  private MasterKeyFile() { }

  /** Of a server that is being made: makes the file where it is absent. Safe to repeat after a crash. */
  public static MasterKeyFile createOrOpen(Path file) {
    throw new StartupException("not there yet: " + file);
  }

  /**
   * Of a server that has data already.
   *
   * @throws org.keyhaven.server.StartupException when the file is missing, damaged, or open to others
   */
  public static MasterKeyFile open(Path file) {
    throw new StartupException("not there yet: " + file);
  }

  @Override
  public byte[] seal(byte[] secret, byte[] context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] unseal(byte[] blob, byte[] context) {
    throw new UnsupportedOperationException();
  }
}
