package org.keyhaven.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.hsm.SoftwareEngine;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Partition;
import org.keyhaven.server.store.RowSeal;
import org.keyhaven.server.vaults.SoftDelete;
import org.keyhaven.server.vaults.Vault;
import org.keyhaven.server.vaults.VaultKind;

class AccessPoliciesTest {
  private static final Principal ALICE = new Principal("alice", "app", "tenant");
  private static final Principal BOB = new Principal("bob", "app", "tenant");

  private Database database;
  private Vault vault;
  private Vault other;

  @BeforeEach
  void open(@TempDir Path directory) {
    database = Database.open(directory.resolve("a.db"));
    vault = vault("one");
    other = vault("two");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Vault vault(String id) {
    database.write(handle -> handle.execute("INSERT INTO vault (id, kind, name, data_key) VALUES (?, 'VAULT', ?, x'00')", id,
        id));
    return new Vault(id, VaultKind.VAULT, new Partition(id, new RowSeal(new byte[32])), new SoftwareEngine(new byte[32]),
        Optional.empty(), SoftDelete.DEFAULT, null);
  }

  private AccessPolicies reopened() {
    return AccessPolicies.open(database, List.of(vault, other));
  }

  @Test
  void nothingIsAllowedThatWasNotGranted() {
    AccessPolicies policies = reopened();
    policies.grant(vault, "alice", Set.of(Permission.KEYS_GET));
    for (AccessPolicies each : List.of(policies, reopened())) {
      assertThat(each.allows(vault, ALICE, Permission.KEYS_GET)).isTrue();
      assertThat(each.allows(vault, ALICE, Permission.KEYS_SIGN)).isFalse();
      assertThat(each.allows(vault, BOB, Permission.KEYS_GET)).isFalse();
      assertThat(each.allows(other, ALICE, Permission.KEYS_GET)).isFalse();
    }
  }

  @Test
  void aGrantReplacesTheOneBefore() {
    AccessPolicies policies = reopened();
    policies.grant(vault, "alice", EnumSet.allOf(Permission.class));
    policies.grant(vault, "alice", Set.of(Permission.KEYS_LIST));
    for (AccessPolicies each : List.of(policies, reopened())) {
      assertThat(each.allows(vault, ALICE, Permission.KEYS_LIST)).isTrue();
      assertThat(each.allows(vault, ALICE, Permission.KEYS_GET)).isFalse();
    }
    policies.grant(vault, "alice", Set.of());
    assertThat(reopened().allows(vault, ALICE, Permission.KEYS_LIST)).isFalse();
  }

  @Test
  void anEditedOrMovedPolicyIsNotUsedAndTheOthersAre() {
    AccessPolicies policies = reopened();
    policies.grant(vault, "alice", Set.of(Permission.KEYS_GET));
    policies.grant(vault, "bob", Set.of(Permission.KEYS_GET));
    database.write(handle ->
        handle.execute("UPDATE access_policy SET permissions = 'keys/get keys/sign' WHERE principal_id = 'alice'"));
    assertThat(reopened().allows(vault, ALICE, Permission.KEYS_SIGN)).isFalse();
    assertThat(reopened().allows(vault, ALICE, Permission.KEYS_GET)).isFalse();
    assertThat(reopened().allows(vault, BOB, Permission.KEYS_GET)).isTrue();
    database.write(handle -> handle.execute("UPDATE access_policy SET vault_id = 'two' WHERE principal_id = 'bob'"));
    assertThat(reopened().allows(other, BOB, Permission.KEYS_GET)).isFalse();
  }
}
