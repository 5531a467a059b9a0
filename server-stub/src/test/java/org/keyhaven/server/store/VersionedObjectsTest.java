package org.keyhaven.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.server.ApiError;

class VersionedObjectsTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);
  private static final Deletion DELETION = new Deletion(NOW, NOW.plusSeconds(100));
  private static final String V1 = "1".repeat(32);
  private static final String V2 = "2".repeat(32);

  private final Partition vault = new Partition("vault-1", new RowSeal(new byte[32]));
  // The same key, so that what keeps the two apart is what the MAC says and not what it is made with.
  private final Partition other = new Partition("vault-2", new RowSeal(new byte[32]));
  private Database database;
  private VersionedObjects keys;
  private VersionedObjects certificates;

  @BeforeEach
  void open(@TempDir Path directory) {
    database = Database.open(directory.resolve("a.db"));
    keys = new VersionedObjects(database, Collection.KEYS);
    certificates = new VersionedObjects(database, Collection.CERTIFICATES);
    for (Partition partition : new Partition[] {vault, other}) {
      database.write(handle -> handle.execute("INSERT INTO vault (id, kind, name, data_key) VALUES (?, 'VAULT', ?, x'00')",
          partition.id(), partition.id()));
    }
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static StoredVersion version(String version, String content) {
    return new StoredVersion(version, true, null, NOW, NOW, NOW, Map.of("a", "1"), content.getBytes(StandardCharsets.UTF_8));
  }

  private void add(VersionedObjects objects, Partition partition, String name, String version) {
    database.write(handle -> objects.add(handle, partition, name, version(version, partition.id() + name + version), null));
  }

  private int sql(String statement) {
    return database.write(handle -> handle.execute(statement));
  }

  private void refused(Partition partition, String name, String version) {
    assertThatThrownBy(() -> keys.get(partition, name, version)).isInstanceOfSatisfying(ApiError.class, error -> {
      assertThat(error.status()).isEqualTo(500);
      assertThat(error.getMessage()).contains("tampered");
    });
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    add(keys, vault, "a", V1);
    Found found = keys.get(vault, "A", null);
    assertThat(found.object().name()).isEqualTo("a");
    assertThat(found.object().content()).isEmpty();
    assertThat(found.version()).usingRecursiveComparison().isEqualTo(version(V1, "vault-1a" + V1));
    assertThatThrownBy(() -> certificates.get(vault, "a", null)).hasMessageContaining("A certificate with (name/id) a");
    assertThatThrownBy(() -> keys.get(other, "a", null)).hasMessageContaining("A key with (name/id) a");
  }

  @Test
  void contentOfTheNameOutlivesVersions() {
    database.write(handle -> keys.add(handle, vault, "a", version(V1, "x"), new byte[] {7}));
    add(keys, vault, "a", V2);
    assertThat(keys.get(vault, "a", V1).object().content()).containsExactly(7);
    database.write(handle -> keys.updateContent(handle, vault, keys.get(handle, vault, "a", null).object(), new byte[] {8}));
    assertThat(keys.get(vault, "a", null).object().content()).containsExactly(8);
    assertThat(keys.get(vault, "a", null).version().version()).isEqualTo(V2);
  }

  @Test
  void aVersionIsWrittenOnceAndTheFailedAttemptChangesNothing() {
    add(keys, vault, "a", V1);
    add(keys, vault, "a", V2);
    assertThatThrownBy(() -> add(keys, vault, "a", V1)).isInstanceOfSatisfying(ApiError.class,
        error -> assertThat(error.status()).isEqualTo(409));
    assertThat(keys.get(vault, "a", null).version().version()).isEqualTo(V2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"enabled = 0", "nbf = 1", "exp = NULL", "exp = exp + 1", "created = 1", "updated = 1",
      "tags = '{}'",
      "content = x'00'", "mac = x'00'", "mac = zeroblob(32)", "version = '33333333333333333333333333333333'", "name = 'A'"})
  void anEditedVersionIsRefused(String edit) {
    add(keys, vault, "a", V1);
    sql("UPDATE object_version SET " + edit);
    refused(vault, "a", null);
    assertThat(keys.list(vault, null, 25).items()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest = '11111111111111111111111111111111'", "purge = 5, deleted = 4", "content = x'00'",
      "mac = x''",
      "latest = 'none'"})
  void anEditedObjectIsRefused(String edit) {
    add(keys, vault, "a", V1);
    add(keys, vault, "a", V2);
    sql("UPDATE object SET " + edit);
    refused(vault, "a", null);
  }

  @Test
  void listingsLeaveOutWhatIsRefusedAndGoOnBehindIt() {
    for (String name : new String[] {"a", "b", "c", "d"}) {
      add(keys, vault, name, V1);
    }
    sql("UPDATE object_version SET enabled = 0 WHERE name = 'b'");
    Slice<Found> first = keys.list(vault, null, 2);
    assertThat(first.items()).extracting(found -> found.object().name()).containsExactly("a");
    assertThat(keys.list(vault, first.last(), 2).items()).extracting(found -> found.object().name()).containsExactly("c", "d");
    refused(vault, "b", null);
    add(keys, vault, "a", V2);
    sql("UPDATE object_version SET tags = 'no JSON' WHERE name = 'a' AND version = '" + V1 + "'");
    assertThat(keys.listVersions(vault, "a", null, 25).items()).extracting(found -> found.version().version())
        .containsExactly(V2);
  }

  @Test
  void aDeletedObjectCannotBeRevivedInTheDatabase() {
    add(keys, vault, "a", V1);
    database.write(handle -> keys.delete(handle, vault, "a", DELETION));
    sql("UPDATE object SET deleted = NULL");
    refused(vault, "a", null);
    sql("UPDATE object SET purge = NULL");
    refused(vault, "a", null);
  }

  @Test
  void rowsPutInPlaceOfOthersAreRefused() {
    add(keys, vault, "a", V1);
    add(keys, vault, "a", V2);
    add(keys, vault, "b", V1);
    add(keys, other, "a", V1);
    String columns = "SET (content, mac, tags, exp) = (SELECT content, mac, tags, exp FROM object_version AS source WHERE ";
    String target = " WHERE vault_id = 'vault-1' AND name = 'a' AND version = '" + V1 + "'";
    for (String source : new String[] {"vault_id = 'vault-1' AND name = 'a' AND version = '" + V2 + "'",
        "vault_id = 'vault-1' AND name = 'b'", "vault_id = 'vault-2'"}) {
      assertThat(sql("UPDATE object_version " + columns + source + ")" + target)).isEqualTo(1);
      refused(vault, "a", V1);
    }
    assertThat(keys.get(vault, "a", V2).version().version()).as("the others are untouched").isEqualTo(V2);
  }

  @Test
  void aRowOfAnotherCollectionOrVaultIsRefused() {
    add(keys, vault, "a", V1);
    sql("PRAGMA defer_foreign_keys = ON");
    database.write(handle -> {
      handle.execute("PRAGMA defer_foreign_keys = ON");
      handle.execute("UPDATE object_version SET collection = 'certificates'");
      return handle.execute("UPDATE object SET collection = 'certificates'");
    });
    assertThatThrownBy(() -> certificates.get(vault, "a", null)).isInstanceOfSatisfying(ApiError.class,
        error -> assertThat(error.status()).isEqualTo(500));
    database.write(handle -> {
      handle.execute("PRAGMA defer_foreign_keys = ON");
      handle.execute("UPDATE object_version SET collection = 'keys', vault_id = 'vault-2'");
      return handle.execute("UPDATE object SET collection = 'keys', vault_id = 'vault-2'");
    });
    refused(other, "a", null);
  }

  @Test
  void anotherRowKeyRefusesEverything() {
    add(keys, vault, "a", V1);
    byte[] key = new byte[32];
    key[0] = 1;
    refused(new Partition("vault-1", new RowSeal(key)), "a", null);
  }

  @Test
  void theLatestVersionMissingIsTamperingAndNotAnOlderKey() {
    add(keys, vault, "a", V1);
    add(keys, vault, "a", V2);
    sql("DELETE FROM object_version WHERE version = '" + V2 + "'");
    refused(vault, "a", null);
  }

  @Test
  void deletedNamesAreTakenAndPurgedOnesAreFree() {
    add(keys, vault, "a", V1);
    database.write(handle -> keys.delete(handle, vault, "a", DELETION));
    assertThatThrownBy(() -> add(keys, vault, "a", V2)).isInstanceOfSatisfying(ApiError.class, error -> {
      assertThat(error.status()).isEqualTo(409);
      assertThat(error.innerCode()).isEqualTo("ObjectIsDeletedButRecoverable");
    });
    assertThat(keys.list(vault, null, 25).items()).isEmpty();
    assertThat(keys.listVersions(vault, "a", null, 25).items()).isEmpty();
    assertThat(keys.listDeleted(vault, null, 25).items()).singleElement()
        .satisfies(found -> assertThat(found.object().deletion()).isEqualTo(DELETION));
    database.write(handle -> {
      keys.purge(handle, vault, "A");
      return null;
    });
    add(keys, vault, "A", V2);
    assertThat(keys.get(vault, "a", null).object().name()).isEqualTo("A");
    assertThat(keys.listVersions(vault, "a", null, 25).items()).hasSize(1);
  }

  @Test
  void pagesCoverEverythingOnceInTheOrderOfNames() {
    for (int i = 0; i < 10; i++) {
      add(keys, vault, (i % 2 == 0 ? "k" : "K") + i, V1);
    }
    Slice<Found> first = keys.list(vault, null, 4);
    assertThat(first.items()).extracting(found -> found.object().name()).containsExactly("k0", "K1", "k2", "K3");
    Slice<Found> second = keys.list(vault, first.last(), 4);
    assertThat(second.items()).extracting(found -> found.object().name()).containsExactly("k4", "K5", "k6", "K7");
    Slice<Found> third = keys.list(vault, second.last(), 2);
    assertThat(third.items()).hasSize(2);
    assertThat(third.last()).as("an exactly full last page has no successor").isNull();
  }

  @Test
  void severalObjectsChangeTogetherOrNotAtAll() {
    assertThatThrownBy(() -> database.write(handle -> {
      keys.add(handle, vault, "a", version(V1, "x"), null);
      certificates.add(handle, vault, "a", version(V1, "x"), null);
      throw new IllegalStateException("half way");
    })).hasMessage("half way");
    assertThatThrownBy(() -> keys.get(vault, "a", null)).isInstanceOf(ApiError.class).hasMessageContaining("not found");
  }
}
