package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.server.hsm.GeneratedKey;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.KeySpec;
import org.keyhaven.server.http.TestServer;
import org.keyhaven.server.http.TestServer.Reply;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.StoredVersion;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.Vault;
import org.keyhaven.server.vaults.VaultKind;
import tools.jackson.databind.JsonNode;

/**
 * A vault of many keys is listed as one of a hundred is, page by page: of as many as the system property
 * {@code keyhaven.listed} says, for 100,000 take most of a minute.
 */
class KeyListingTest {
  private static final int MANY = Integer.getInteger("keyhaven.listed", 20_000);
  private static final int FEW = 100;
  private static final int PAGE = 25;

  @TempDir
  private static Path directory;

  private static TestServer server;
  private static VersionedObjects keys;

  @BeforeAll
  static void start() {
    server = TestServer.start(directory, database -> new KeyRoutes(database, Clock.systemUTC()).routes());
    keys = new VersionedObjects(server.database(), Collection.KEYS);
    fill(server.vault(VaultKind.VAULT, "default"), MANY);
    fill(server.vault(VaultKind.MANAGED_HSM, "default"), FEW);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** One key pair under many names: a listing does not look at the sealed halves, but at each row's MAC. */
  private static void fill(Vault vault, int count) {
    KeyEngine engine = vault.software();
    GeneratedKey key = engine.generate("one", new KeySpec.Ec(KeyCurve.P_256));
    KeyMaterial material = new KeyMaterial(key.publicKey().kty(), key.publicKey(), key.sealed(), engine.platform());
    byte[] content = KeyContent.of(material, List.of("sign", "verify"), false, false, null).write();
    Instant now = Instant.ofEpochSecond(1_700_000_000);
    StoredVersion version = new StoredVersion("0".repeat(32), true, null, null, now, now, Map.of(), content);
    server.database().<Void>write(handle -> {
      for (int i = 0; i < count; i++) {
        keys.add(handle, vault.partition(), name(i), version, null);
      }
      return null;
    });
  }

  private static String name(int i) {
    return "key-" + i;
  }

  @Test
  void everyKeyIsListedOnce() {
    TestServer.Client client = server.client();
    Set<String> names = new HashSet<>();
    String next = "/keys?api-version=7.4";
    int pages = 0;
    while (next != null) {
      Reply reply = client.send("GET", next, Map.of(), null);
      assertThat(reply.status()).isEqualTo(200);
      JsonNode page = reply.json();
      for (JsonNode item : page.path("value")) {
        String kid = item.path("kid").asString();
        assertThat(names.add(kid.substring(kid.lastIndexOf('/') + 1))).as(kid).isTrue();
      }
      pages++;
      URI link = page.path("nextLink").isString() ? URI.create(page.path("nextLink").asString()) : null;
      next = link == null ? null : link.getRawPath() + "?" + link.getRawQuery();
    }
    assertThat(pages).isEqualTo(MANY / PAGE);
    assertThat(names).hasSize(MANY);
    assertThat(IntStream.range(0, MANY).mapToObj(KeyListingTest::name)).allMatch(names::contains);
  }

  @Test
  void aPageOfManyTakesNoMoreMemoryThanOneOfFew() {
    Vault few = server.vault(VaultKind.MANAGED_HSM, "default");
    Vault many = server.vault(VaultKind.VAULT, "default");
    for (Vault vault : List.of(few, many, few, many)) {
      // What is loaded and compiled at first use is no part of a page.
      allocated(vault, null);
    }
    long ofFew = allocated(few, null);
    assertThat(ofFew).isPositive();
    for (String after : new String[] {null, name(MANY / 2), name(MANY - MANY / 10)}) {
      assertThat(allocated(many, after)).as("after " + after).isLessThan(2 * ofFew);
    }
  }

  /** Bytes that this thread, on which the store works, allocates for one page. */
  private static long allocated(Vault vault, String after) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(keys.list(vault.partition(), after, PAGE).items()).hasSize(PAGE);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
