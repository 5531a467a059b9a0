package org.keyhaven.server.hsm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.keyhaven.server.StartupException;

/** Reads a file that holds a secret, and refuses one that others can read or change. */
final class SecretFile {
  private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
      PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

  private SecretFile() { }

  /** @param what names the file in messages */
  static byte[] read(Path file, String what) {
    try {
      PosixFileAttributeView posix = Files.getFileAttributeView(file, PosixFileAttributeView.class);
      if (posix != null && posix.readAttributes().permissions().stream().anyMatch(OTHERS::contains)) {
        throw new StartupException("others than its owner may open the " + what + " " + file + "; run: chmod 600 " + file);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new StartupException("there is no " + what + " " + file, e);
    } catch (IOException e) {
      throw new StartupException("cannot read the " + what + " " + file + ": " + e.getMessage(), e);
    }
  }
}
