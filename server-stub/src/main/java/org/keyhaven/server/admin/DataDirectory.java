package org.keyhaven.server.admin;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.keyhaven.server.StartupException;

/**
 * The directory that holds all of a server's state, locked against a second server for as long as this object is open. Mode
 * 0700: nobody but the owner sees into it.
 */
public final class DataDirectory implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rwx------");
  private static final String LOCK = "keyhaven.lock";
  private static final String STATE = "server.properties";

  private final Path path;
  private final FileChannel lockFile;

  private DataDirectory(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Opens the directory of an earlier start, or makes one: where there is nothing, or in an empty directory.
   *
   * @throws StartupException when it holds something else, cannot be written, belongs to another user, can be written
   *     by others, or belongs to a running server
   */
  public static DataDirectory open(Path given) {
    Path path = given.toAbsolutePath().normalize();
    try {
      create(path);
      boolean posix = PrivateFile.posix(path.resolve(LOCK));
      if (posix) {
        refuseShared(path);
      }
      refuseForeign(path);
      if (posix) {
        Files.setPosixFilePermissions(path, OWNER_ALONE);
      }
      return new DataDirectory(path, lock(path, posix));
    } catch (FileAlreadyExistsException e) {
      throw new StartupException("the data directory " + path + " is not a directory; name another with --data", e);
    } catch (AccessDeniedException e) {
      throw unwritable(path, "permission denied", e);
    } catch (NoSuchFileException e) {
      throw unwritable(path, "no file can be made there", e);
    } catch (IOException e) {
      throw unwritable(path, e.getMessage(), e);
    }
  }

  public Path path() {
    return path;
  }

  /** The file of that name in this directory. */
  public Path file(String name) {
    return path.resolve(name);
  }

  Path stateFile() {
    return file(STATE);
  }

  /** Releases the lock; the files stay. */
  @Override
  public void close() throws IOException {
    lockFile.close();
  }

  private static void create(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.isDirectory(path)) {
      if (PrivateFile.posix(path)) {
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
      } else {
        Files.createDirectory(path);
      }
    }
  }

  /** Who else can write to it could plant files or links in it, and who owns it could let others do so again. */
  private static void refuseShared(Path path) throws IOException {
    PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
    if (PrivateFile.owner(path) != PrivateFile.user()) {
      throw new StartupException("the data directory " + path + " belongs to another user, " + attributes.owner().getName()
          + "; run as that user, or name one of your own with --data");
    }
    if (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
        || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new StartupException("others may write to the data directory " + path + "; see that nothing in it is theirs and"
          + " run: chmod 700 " + path + "; or name another with --data");
    }
  }

  private static void refuseForeign(Path path) throws IOException {
    if (Files.exists(path.resolve(STATE))) {
      return;
    }
    // What a first start that was killed early leaves behind is not foreign.
    Set<Path> ours = Set.of(path.resolve(LOCK), PrivateFile.temporary(path.resolve(STATE)));
    try (Stream<Path> entries = Files.list(path)) {
      if (entries.anyMatch(entry -> !ours.contains(entry))) {
        throw new StartupException("the directory " + path + " is not empty and was not made by keyhaven;"
            + " name an empty or a new one with --data");
      }
    }
  }

  private static FileChannel lock(Path path, boolean posix) throws IOException {
    FileChannel channel = FileChannel.open(path.resolve(LOCK),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
        posix ? new FileAttribute<?>[] {PrivateFile.OWNER_ONLY} : new FileAttribute<?>[0]);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process: the same answer as for another one.
      channel.close();
      throw locked(path);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw locked(path);
  }

  private static StartupException locked(Path path) {
    return new StartupException("the data directory " + path
        + " is in use by a running keyhaven server; stop that one, or name another directory with --data");
  }

  private static StartupException unwritable(Path path, String reason, IOException cause) {
    return new StartupException("the data directory " + path + " cannot be written (" + reason
        + "); name one of your own with --data", cause);
  }
}
