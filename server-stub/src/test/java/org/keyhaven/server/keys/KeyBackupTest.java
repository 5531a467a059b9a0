package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.keyhaven.server.keys.KeysApi.badParameter;
import static org.keyhaven.server.keys.KeysApi.base64;
import static org.keyhaven.server.keys.KeysApi.bytes;
import static org.keyhaven.server.keys.KeysApi.ok;
import static org.keyhaven.server.keys.KeysApi.refused;
import static org.keyhaven.server.keys.KeysApi.version;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.server.http.TestServer;
import org.keyhaven.server.http.TestServer.Reply;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Partition;
import org.keyhaven.server.store.StoredVersion;
import org.keyhaven.server.store.VersionId;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.VaultKind;
import tools.jackson.databind.JsonNode;

/** Backup and restore over the real HTTP server. */
class KeyBackupTest {
  private static TestServer server;
  private static KeysApi vault;
  private static KeysApi other;
  private static KeysApi managedHsm;

  @BeforeAll
  static void start(@TempDir Path directory) {
    server = server(directory);
    vault = new KeysApi(server.client());
    other = new KeysApi(server.client().host("other.vault.localhost"));
    managedHsm = new KeysApi(server.client().in(VaultKind.MANAGED_HSM));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static TestServer server(Path directory) {
    return TestServer.start(directory, database -> new KeyRoutes(database, Clock.systemUTC()).routes());
  }

  private static byte[] backUp(KeysApi api, String name) {
    return bytes(ok(api.client().post("/keys/" + name + "/backup", "")).path("value"));
  }

  private static Reply restore(KeysApi api, byte[] blob) {
    return api.client().post("/keys/restore", "{\"value\":\"" + base64(blob) + "\"}");
  }

  private static void forget(KeysApi api, String name) {
    ok(api.client().delete("/keys/" + name));
    assertThat(api.client().delete("/deletedkeys/" + name).status()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "EC-HSM"})
  void aRestoredKeyHasAllItsVersionsAndSignsAsBefore(String kty) {
    String name = "whole-" + kty;
    JsonNode first = vault.create(name,
        "{\"kty\":\"" + kty + "\",\"tags\":{\"a\":\"1\"},\"attributes\":{\"exp\":4102444800}}");
    JsonNode second = vault.create(name, "{\"kty\":\"" + kty + "\",\"attributes\":{\"enabled\":false}}");
    JsonNode third = vault.create(name, "{\"kty\":\"" + kty + "\",\"key_ops\":[\"sign\"]}");
    byte[] backup = backUp(vault, name);
    refused(restore(vault, backup), 409, "Conflict", "");
    ok(vault.client().delete("/keys/" + name));
    refused(restore(vault, backup), 409, "Conflict", "ObjectIsDeletedButRecoverable");
    assertThat(vault.client().delete("/deletedkeys/" + name).status()).isEqualTo(204);

    assertThat(ok(restore(vault, backup))).isEqualTo(third);
    for (JsonNode bundle : List.of(first, second, third)) {
      assertThat(ok(vault.client().get("/keys/" + name + "/" + version(bundle)))).isEqualTo(bundle);
    }
    assertThat(ok(vault.client().get("/keys/" + name + "/versions")).path("value").size()).isEqualTo(3);
    byte[] digest = new byte[32];
    byte[] signature = vault.done(name + "/" + version(first), "sign", "ES256", digest, "");
    assertThat(vault.verified(name + "/" + version(first), "ES256", digest, signature)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC-HSM"})
  void anotherVaultOfTheServerRestoresItAndSoDoesAThirdFromThere(String kty) {
    String name = "moved-" + kty;
    String algorithm = kty.equals("RSA") ? "RS256" : "ES256";
    vault.create(name, "{\"kty\":\"" + kty + "\"}");
    JsonNode moved = ok(restore(other, backUp(vault, name)));
    assertThat(moved.path("key").path("kid").asString()).startsWith("https://other.vault.localhost:");
    byte[] digest = new byte[32];
    byte[] signature = other.done(name, "sign", algorithm, digest, "");
    assertThat(vault.verified(name, algorithm, digest, signature)).isTrue();
    forget(vault, name);
    ok(restore(vault, backUp(other, name)));
    assertThat(vault.verified(name, algorithm, digest, other.done(name, "sign", algorithm, digest, ""))).isTrue();
  }

  @Test
  void aRestoredKeyIsUsedAfterARestartToo(@TempDir Path directory) {
    byte[] signature;
    try (TestServer before = server(directory)) {
      KeysApi from = new KeysApi(before.client());
      KeysApi to = new KeysApi(before.client().host("other.vault.localhost"));
      from.create("restart", "{\"kty\":\"EC\"}");
      ok(restore(to, backUp(from, "restart")));
      signature = from.done("restart", "sign", "ES256", new byte[32], "");
      forget(from, "restart");
    }
    try (TestServer after = server(directory)) {
      KeysApi to = new KeysApi(after.client().host("other.vault.localhost"));
      assertThat(to.verified("restart", "ES256", new byte[32], signature)).isTrue();
      assertThat(to.done("restart", "sign", "ES256", new byte[32], "")).hasSize(64);
    }
  }

  @Test
  void aChangedByteIsRefusedWhereverItIs() {
    vault.create("changed", "{\"kty\":\"EC\"}");
    byte[] backup = backUp(vault, "changed");
    forget(vault, "changed");
    for (int i = 0; i < backup.length; i += i < 64 ? 1 : 29) {
      byte[] damaged = backup.clone();
      damaged[i] ^= (byte) (1 << i % 8);
      badParameter(restore(vault, damaged));
    }
    for (int length : new int[] {0, 1, 9, 24, 25, 26, 40, 60, backup.length - 1}) {
      badParameter(restore(vault, Arrays.copyOf(backup, length)));
    }
    badParameter(restore(vault, Arrays.copyOf(backup, backup.length + 1)));
    ok(restore(vault, backup));
  }

  @Test
  void itIsOpaque() {
    vault.create("opaque-name", "{\"kty\":\"EC\",\"tags\":{\"opaque-tag\":\"1\"}}");
    assertThat(new String(backUp(vault, "opaque-name"), StandardCharsets.ISO_8859_1)).doesNotContain("opaque-");
  }

  @Test
  void aVaultsBackupIsNoManagedHsmsAndNoOtherServers(@TempDir Path directory) {
    vault.create("kind", "{\"kty\":\"EC-HSM\"}");
    byte[] backup = backUp(vault, "kind");
    badParameter(restore(managedHsm, backup));
    managedHsm.create("kind-hsm", "{\"kty\":\"oct-HSM\"}");
    badParameter(restore(vault, backUp(managedHsm, "kind-hsm")));
    try (TestServer stranger = server(directory)) {
      badParameter(restore(new KeysApi(stranger.client()), backup));
    }
  }

  @Test
  void whatIsNoBackupIsABadParameter() {
    for (String body : List.of("{}", "{\"value\":null}", "{\"value\":5}", "{\"value\":\"\"}", "{\"value\":\"AAAA\"}")) {
      badParameter(vault.client().post("/keys/restore", body));
    }
    refused(vault.client().post("/keys/no-such-key/backup", ""), 404, "KeyNotFound", "");
    Reply reader = vault.client().as("Bearer reader").post("/keys/kind/backup", "");
    refused(reader, 403, "Forbidden", "ForbiddenByPolicy");
  }

  @Test
  void fiveHundredVersionsAreTheMost() {
    vault.create("many", "{\"kty\":\"EC\"}");
    VersionedObjects keys = new VersionedObjects(server.database(), Collection.KEYS);
    Partition partition = server.vault(VaultKind.VAULT, "default").partition();
    StoredVersion one = keys.get(partition, "many", null).version();
    server.database().write(handle -> {
      for (int i = 1; i < 500; i++) {
        keys.add(handle, partition, "many", new StoredVersion(VersionId.random(), one.enabled(), null, null, one.created(),
            one.updated(), one.tags(), one.content()), null);
      }
      return null;
    });
    List<String> before = versions("many");
    byte[] backup = backUp(vault, "many");
    vault.create("many", "{\"kty\":\"EC\"}");
    badParameter(vault.client().post("/keys/many/backup", ""));
    forget(vault, "many");
    ok(restore(vault, backup));
    assertThat(versions("many")).hasSize(500).isEqualTo(before);
  }

  @Test
  void aBackupThatCouldNotBeRestoredIsNotMade() {
    vault.create("tagged", "{\"kty\":\"EC\"}");
    VersionedObjects keys = new VersionedObjects(server.database(), Collection.KEYS);
    Partition partition = server.vault(VaultKind.VAULT, "default").partition();
    StoredVersion one = keys.get(partition, "tagged", null).version();
    Map<String, String> tags = new TreeMap<>();
    for (int i = 0; i < 15; i++) {
      tags.put(i + "x".repeat(250), "y".repeat(256));
    }
    server.database().write(handle -> {
      for (int i = 1; i < 450; i++) {
        keys.add(handle, partition, "tagged", new StoredVersion(VersionId.random(), true, null, null, one.created(),
            one.updated(), tags, one.content()), null);
      }
      return null;
    });
    badParameter(vault.client().post("/keys/tagged/backup", ""));
  }

  private static List<String> versions(String name) {
    List<String> all = new ArrayList<>();
    String next = "/keys/" + name + "/versions?api-version=7.4";
    while (next != null) {
      JsonNode page = ok(vault.client().send("GET", next, Map.of(), null));
      page.path("value").forEach(item -> all.add(item.path("kid").asString()));
      String link = page.path("nextLink").asString(null);
      next = link == null ? null : link.substring(vault.client().base().length());
    }
    return all;
  }

  @Test
  void fiveHundredOfTheLargestKeysFitIntoARequest() {
    vault.create("large", "{\"kty\":\"RSA\",\"key_size\":4096}");
    int one = backUp(vault, "large").length;
    vault.create("large", "{\"kty\":\"RSA\",\"key_size\":4096}");
    int each = backUp(vault, "large").length - one;
    assertThat(500 * each / 3 * 4).isLessThan(Json.MAX_BODY_BYTES * 9 / 10);
  }
}
