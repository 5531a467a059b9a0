package org.keyhaven.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.keyhaven.server.StartupException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The server's database: one SQLite file, in WAL mode, where a commit that returned is on the disk (synchronous=FULL).
 * Many readers at once, one writer at a time. Thread-safe.
 */
public final class Database implements AutoCloseable {
  /** In the file's header: tells a vault's database from any other SQLite file ("KHVN"). */
  private static final int APPLICATION_ID = 0x4b48564e;
  private static final int BUSY_MILLIS = 10_000;
  private static final int CONNECTIONS = 8;
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final ReentrantLock writer = new ReentrantLock();
  private final VersionWatch watch;

  private Database(HikariDataSource pool, VersionWatch watch) {
    this.pool = pool;
    this.watch = watch;
    this.jdbi = Jdbi.create(pool);
    // One set of bindings serves the variants of a query.
    jdbi.getConfig(SqlStatements.class).setUnusedBindingAllowed(true);
  }

  /**
   * Opens the database, making or migrating it as needed. A file that is not a vault's database, or is one of a newer
   * version, is left as it was.
   *
   * @throws StartupException when it cannot be opened
   */
  public static Database open(Path file) {
    create(file);
    requireOurs(file);
    mark(file);
    HikariDataSource pool = new HikariDataSource(poolConfig(file));
    try {
      Flyway.configure().dataSource(pool).locations("classpath:db/migration").load().migrate();
      return new Database(pool, VersionWatch.open(pool.getDataSource()));
    } catch (FlywayException e) {
      pool.close();
      throw new StartupException("The database " + file + " cannot be brought to this version: " + firstLine(e)
          + ". Restore it from a backup, or start on another --data directory.", e);
    } catch (StartupException e) {
      pool.close();
      throw e;
    }
  }

  /** Runs a read. A single statement sees a consistent state; several may not. */
  public <T> T read(Function<Handle, T> work) {
    return jdbi.withHandle(work::apply);
  }

  /** Runs a transaction: when this returns, all of it is on the disk; when it throws, none of it is. */
  public <T> T write(Function<Handle, T> work) {
    writer.lock();
    try {
      return jdbi.inTransaction(work::apply);
    } finally {
      writer.unlock();
    }
  }

  /**
   * Another number once anything was committed, by this process or another one. What is read after this was asked is as new
   * as the number, or newer.
   */
  long version() {
    return watch.version();
  }

  /** Whether this thread is within {@link #write}: then its reads take part in that, and see what is not committed yet. */
  boolean writing() {
    return writer.isHeldByCurrentThread();
  }

  @Override
  public void close() {
    watch.close();
    pool.close();
  }

  private static void create(Path file) {
    try {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(file)) {
        throw new StartupException(
            "The database " + file + " is not a file. Move it away, or start on another --data directory.", e);
      }
    } catch (IOException e) {
      throw new StartupException("The database " + file + " cannot be created (" + e.getMessage()
          + "). Make the directory writable, or start on another --data directory.", e);
    }
  }

  /** Looks without changing anything: an empty file, or a vault's database of this version or an older one. */
  private static void requireOurs(Path file) {
    try {
      if (Files.size(file) == 0) {
        return;
      }
      try (var in = Files.newInputStream(file)) {
        if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
          throw foreign(file, null);
        }
      }
    } catch (IOException e) {
      throw new StartupException("The database " + file + " cannot be read (" + e.getMessage()
          + "). Give the server's user access to it.", e);
    }
    SQLiteConfig readOnly = new SQLiteConfig();
    readOnly.setReadOnly(true);
    readOnly.setBusyTimeout(BUSY_MILLIS);
    try (Connection connection = source(file, readOnly).getConnection();
        Statement statement = connection.createStatement()) {
      boolean ours = number(statement, "PRAGMA application_id") == APPLICATION_ID;
      boolean empty = number(statement, "SELECT count(*) FROM sqlite_master") == 0;
      if (!ours && !empty) {
        throw foreign(file, null);
      }
      if (ours && number(statement, "PRAGMA user_version") > SchemaVersion.CURRENT) {
        throw new StartupException("The database " + file + " was written by a newer Keyhaven (schema "
            + number(statement, "PRAGMA user_version") + ", this one knows " + SchemaVersion.CURRENT
            + "). Start that version, or use another --data directory; nothing was changed.");
      }
    } catch (SQLException e) {
      throw foreign(file, e);
    }
  }

  private static StartupException foreign(Path file, SQLException cause) {
    return new StartupException("The file " + file + " is not a Keyhaven database (or is damaged). Move it away, restore it "
        + "from a backup, or start on another --data directory; nothing was changed.", cause);
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /** Before anything else is in it, so that a start that was cut off does not leave a stranger's file. */
  private static void mark(Path file) {
    SQLiteConfig config = config();
    // Each connection that is configured so would write it.
    config.setApplicationId(APPLICATION_ID);
    try {
      source(file, config).getConnection().close();
    } catch (SQLException e) {
      throw new StartupException("The database " + file + " cannot be written (" + e.getMessage()
          + "). Make the file and its directory writable, or start on another --data directory.", e);
    }
  }

  private static SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setBusyTimeout(BUSY_MILLIS);
    // A transaction that reads first and writes later could not be upgraded while another one writes.
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    return config;
  }

  private static SQLiteDataSource source(Path file, SQLiteConfig config) {
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  private static HikariConfig poolConfig(Path file) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("database");
    pool.setDataSource(source(file, config()));
    pool.setMaximumPoolSize(CONNECTIONS);
    return pool;
  }

  private static String firstLine(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("").strip();
  }
}
