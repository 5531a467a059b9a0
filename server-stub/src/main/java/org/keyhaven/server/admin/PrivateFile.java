package org.keyhaven.server.admin;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.keyhaven.server.StartupException;

/** Files that the owner alone may read: created with mode 0600, so that they are never readable by others, not even briefly. */
public final class PrivateFile {
  private static final int ROOT = 0;
  private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
      PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
  /** Mode 0600. */
  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private PrivateFile() { }

  /**
   * Replaces {@code file} by {@code content}, or creates it, in one step: a reader, or a restart after a crash, sees the old
   * content or the new, whole. The content is on disk when this returns.
   */
  public static void write(Path file, byte[] content) throws IOException {
    Path temporary = temporary(file);
    Files.deleteIfExists(temporary);
    try (FileChannel out = FileChannel.open(temporary,
        Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), attributes(file))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (posix(file)) {
      // The rename itself must survive a power cut.
      try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  /**
   * Reads a file that holds a secret.
   *
   * @param what names the file in messages
   * @throws StartupException when there is none, it cannot be read, or others than this user (and root) can read or change it
   */
  public static byte[] read(Path file, String what) {
    try {
      if (posix(file)) {
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        if (attributes.permissions().stream().anyMatch(OTHERS::contains)) {
          throw new StartupException("others than its owner may open the " + what + " " + file + "; run: chmod 600 " + file);
        }
        int owner = owner(file);
        if (owner != ROOT && owner != user()) {
          throw new StartupException("the " + what + " " + file + " belongs to another user, " + attributes.owner().getName()
              + ", who may change it; run: chown " + System.getProperty("user.name") + " " + file);
        }
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new StartupException("there is no " + what + " " + file, e);
    } catch (IOException e) {
      throw new StartupException("cannot read the " + what + " " + file + ": " + e.getMessage(), e);
    }
  }

  /** The number of the user this process runs as. */
  static int user() {
    return (int) new UnixSystem().getUid();
  }

  /** The number of the user a file belongs to. */
  static int owner(Path file) throws IOException {
    return (int) Files.getAttribute(file, "unix:uid");
  }

  /** Where {@link #write} prepares the new content; left behind by a crash alone. */
  static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + ".tmp");
  }

  /** The attributes of a new private file next to {@code file}; none where the file system has no such modes. */
  private static FileAttribute<?>[] attributes(Path file) {
    return posix(file) ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0];
  }

  /** Whether files here have modes. The file store is not asked: in a chroot, whose root is no mount point, there is none. */
  static boolean posix(Path file) {
    return Files.getFileAttributeView(file, PosixFileAttributeView.class) != null;
  }
}
