package org.keyhaven.server.admin;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.keyhaven.server.StartupException;

/**
 * The directory that holds all of a server's state, locked against a second server for as long as this object is open. Mode
 * 0700: nobody but the owner sees into it.
 */
public final class DataDirectory implements AutoCloseable {
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
   * @throws StartupException when it holds something else, cannot be written, or belongs to a running server
   */
  public static DataDirectory open(Path given) {
    Path path = given.toAbsolutePath().normalize();
    try {
      create(path);
      refuseForeign(path);
      return new DataDirectory(path, lock(path));
    } catch (FileAlreadyExistsException e) {
      throw new StartupException("the data directory " + path + " is not a directory; name another with --data", e);
    } catch (AccessDeniedException e) {
      throw unwritable(path, "permission denied", e);
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
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(path);
      }
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

  private static FileChannel lock(Path path) throws IOException {
    // Before anything is written: the mode of a directory that somebody else made empty for us.
    if (PrivateFile.posix(path.resolve(LOCK))) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }
    FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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
