package org.keyhaven.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadCacheTest {
  private static final int CAPACITY = 2;

  @TempDir
  private Path directory;
  private Database database;
  private ReadCache<String, Optional<String>> cache;
  private final AtomicInteger reads = new AtomicInteger();

  @BeforeEach
  void open() {
    database = Database.open(directory.resolve("a.db"));
    cache = new ReadCache<>(database, CAPACITY);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Optional<String> nameOf(String id) {
    return cache.get(id, wanted -> {
      reads.incrementAndGet();
      return database.read(handle -> handle.createQuery("SELECT name FROM vault WHERE id = :id").bind("id", wanted)
          .mapTo(String.class).findOne());
    });
  }

  private void insert(String id, String name) {
    database.write(handle -> handle.execute("INSERT INTO vault (id, kind, name, data_key) VALUES (?, 'VAULT', ?, x'00')", id,
        name));
  }

  @Test
  void readsOnceWhileNothingChanges() {
    insert("1", "one");
    assertThat(nameOf("1")).contains("one");
    assertThat(nameOf("1")).contains("one");
    assertThat(reads).hasValue(1);
  }

  @Test
  void seesEveryCommitOfItsOwnProcess() {
    insert("1", "zero");
    for (int i = 1; i <= 100; i++) {
      String name = "name-" + i;
      database.write(handle -> handle.execute("UPDATE vault SET name = ? WHERE id = '1'", name));
      assertThat(nameOf("1")).contains(name);
    }
  }

  @Test
  void seesWhatSomebodyElseEdits() throws SQLException {
    insert("1", "one");
    assertThat(nameOf("1")).contains("one");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("a.db"));
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE vault SET name = 'edited'");
    }
    assertThat(nameOf("1")).contains("edited");
  }

  @Test
  void doesNotKeepWhatATransactionTakesBack() {
    insert("1", "one");
    assertThatThrownBy(() -> database.write(handle -> {
      handle.execute("UPDATE vault SET name = 'changed'");
      assertThat(nameOf("1")).contains("changed");
      throw new IllegalStateException("taken back");
    })).hasMessage("taken back");
    assertThat(nameOf("1")).contains("one");
  }

  @Test
  void aFailureIsNotRemembered() {
    insert("1", "one");
    assertThatThrownBy(() -> cache.get("1", wanted -> {
      throw new IllegalStateException("refused");
    })).hasMessage("refused");
    assertThat(nameOf("1")).contains("one");
  }

  @Test
  void whatWasUnusedForLongestMakesRoom() {
    nameOf("1");
    nameOf("2");
    nameOf("1");
    nameOf("3");
    assertThat(reads).hasValue(3);
    nameOf("1");
    assertThat(reads).hasValue(3);
    nameOf("2");
    assertThat(reads).hasValue(4);
  }
}
