package org.keyhaven.server.hsm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.keyhaven.server.StartupException;
import org.keyhaven.server.admin.PrivateFile;

/**
 * The sealer of a server without HSM: AES-256-GCM under a key in a file that only its owner may read (32 bytes, mode 0600).
 * Who has the file and the database has the keys.
 */
public final class MasterKeyFile implements Sealer {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final AesGcm cipher;

  private MasterKeyFile(byte[] key) {
    this.cipher = new AesGcm(key);
  }

  /**
   * Of a server that is being made: makes the file where it is absent. Safe to repeat after a crash.
   *
   * @throws StartupException when it cannot be written, or what is there is no master key
   */
  public static MasterKeyFile createOrOpen(Path file) {
    if (!Files.exists(file)) {
      byte[] key = new byte[AesGcm.KEY_BYTES];
      RANDOM.nextBytes(key);
      try {
        PrivateFile.write(file, key);
      } catch (IOException e) {
        throw new StartupException("cannot write the master key file " + file + ": " + e.getMessage(), e);
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    }
    return open(file);
  }

  /**
   * Of a server that has data already.
   *
   * @throws StartupException when the file is missing, damaged, or open to others
   */
  public static MasterKeyFile open(Path file) {
    byte[] key = PrivateFile.read(file, "master key file");
    try {
      if (key.length != AesGcm.KEY_BYTES) {
        throw new StartupException("the master key file " + file + " is damaged: it must have " + AesGcm.KEY_BYTES
            + " bytes and has " + key.length + "; restore it from a backup");
      }
      return new MasterKeyFile(key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  @Override
  public byte[] seal(byte[] secret, byte[] context) {
    return cipher.encrypt(secret, context);
  }

  @Override
  public byte[] unseal(byte[] blob, byte[] context) {
    return cipher.decrypt(blob, context);
  }
}
