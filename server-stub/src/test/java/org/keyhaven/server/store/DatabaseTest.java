package org.keyhaven.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.StartupException;

class DatabaseTest {
  @TempDir
  private Path directory;

  private static void insertVault(Database database, String id) {
    database.write(handle -> handle.execute("INSERT INTO vault (id, kind, name, data_key) VALUES (?, 'VAULT', ?, x'00')", id,
        id));
  }

  private static int vaults(Database database) {
    return database.read(handle -> handle.createQuery("SELECT count(*) FROM vault").mapTo(Integer.class).one());
  }

  private static void sql(Path file, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String text : statements) {
        statement.execute(text);
      }
    }
  }

  private void refusedUnchanged(Path file, String... parts) throws IOException {
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> Database.open(file)).isInstanceOf(StartupException.class)
        .message().contains(file.toString()).contains(parts).doesNotContain("\n");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void keepsWhatWasWrittenAndIsReadableByItsOwnerAlone() throws Exception {
    Path file = directory.resolve("a.db");
    try (Database database = Database.open(file)) {
      insertVault(database, "one");
      for (String suffix : new String[] {"", "-wal", "-shm"}) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a.db" + suffix))))
            .isEqualTo("rw-------");
      }
    }
    try (Database database = Database.open(file)) {
      assertThat(vaults(database)).isEqualTo(1);
    }
  }

  @Test
  void commitsAreOnTheDiskBeforeTheyReturn() {
    try (Database database = Database.open(directory.resolve("a.db"))) {
      String mode = database.read(handle -> handle.createQuery("PRAGMA journal_mode").mapTo(String.class).one());
      int synchronous = database.read(handle -> handle.createQuery("PRAGMA synchronous").mapTo(Integer.class).one());
      int foreignKeys = database.read(handle -> handle.createQuery("PRAGMA foreign_keys").mapTo(Integer.class).one());
      assertThat(mode).isEqualTo("wal");
      assertThat(synchronous).as("FULL").isEqualTo(2);
      assertThat(foreignKeys).isEqualTo(1);
    }
  }

  @Test
  void anAbandonedProcessLosesNothingThatWasCommitted() throws Exception {
    Path file = directory.resolve("a.db");
    Path copy = directory.resolve("copy.db");
    try (Database database = Database.open(file)) {
      insertVault(database, "one");
      // What a killed process leaves behind: the files as they are, with nobody having closed the database.
      Files.copy(file, copy);
      Files.copy(directory.resolve("a.db-wal"), directory.resolve("copy.db-wal"));
    }
    try (Database database = Database.open(copy)) {
      assertThat(vaults(database)).isEqualTo(1);
    }
  }

  @Test
  void aFailedTransactionLeavesNothing() {
    try (Database database = Database.open(directory.resolve("a.db"))) {
      assertThatThrownBy(() -> database.write(handle -> {
        handle.execute("INSERT INTO vault (id, kind, name, data_key) VALUES ('x', 'VAULT', 'x', x'00')");
        throw new IllegalStateException("half way");
      })).hasMessage("half way");
      assertThat(vaults(database)).isZero();
    }
  }

  @Test
  void manyWritersAndReadersDoNotDisturbEachOther() throws Exception {
    try (Database database = Database.open(directory.resolve("a.db"))) {
      ExecutorService threads = Executors.newFixedThreadPool(12);
      CountDownLatch done = new CountDownLatch(12);
      for (int t = 0; t < 12; t++) {
        int thread = t;
        threads.execute(() -> {
          for (int i = 0; i < 10; i++) {
            insertVault(database, thread + "-" + i);
            vaults(database);
          }
          done.countDown();
        });
      }
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
      threads.shutdown();
      assertThat(vaults(database)).isEqualTo(120);
    }
  }

  @Test
  void aDatabaseOfANewerVersionIsRefusedUnchanged() throws Exception {
    Path file = directory.resolve("a.db");
    Database.open(file).close();
    sql(file, "PRAGMA user_version = 99");
    refusedUnchanged(file, "newer Keyhaven", "99");
  }

  @Test
  void aForeignFileIsRefusedUnchanged() throws Exception {
    Path text = Files.writeString(directory.resolve("text"), "hello, this is no database at all");
    refusedUnchanged(text, "not a Keyhaven database");
    Path other = directory.resolve("other.db");
    sql(other, "CREATE TABLE theirs (x)");
    refusedUnchanged(other, "not a Keyhaven database");
    Path damaged = directory.resolve("damaged.db");
    Files.write(damaged, "SQLite format 3\0 and then garbage".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    refusedUnchanged(damaged, "not a Keyhaven database");
  }

  @Test
  void anEmptyFileBecomesADatabaseAndADirectoryDoesNot() throws Exception {
    Path empty = Files.createFile(directory.resolve("empty.db"));
    Database.open(empty).close();
    assertThat(Files.size(empty)).isPositive();
    assertThatThrownBy(() -> Database.open(directory)).isInstanceOf(StartupException.class);
    assertThatThrownBy(() -> Database.open(directory.resolve("no/such/directory/a.db")))
        .isInstanceOf(StartupException.class);
  }
}
