package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.keyhaven.server.keys.KeysApi.ok;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.server.http.TestServer;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.vaults.VaultKind;
import tools.jackson.databind.JsonNode;

class KeyRotationTest {

  @Test
  void whatIsForbiddenWhileTheNewMaterialIsMadeIsForbiddenToTheNewVersion(@TempDir Path directory) {
    AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> { });
    // A rotation looks at the clock when it has made the material, and before it stores it.
    Clock clock = InstantSource.system().withZone(ZoneOffset.UTC);
    InstantSource interrupted = () -> {
      meanwhile.getAndSet(() -> { }).run();
      return Instant.now(clock);
    };
    try (TestServer server = TestServer.start(directory, database -> Stream.concat(
        new KeyRoutes(database, clock).routes().stream(),
        new RotationRoutes(database, interrupted.withZone(ZoneOffset.UTC)).routes().stream()).toList())) {
      KeysApi keys = new KeysApi(server.client());
      keys.create("rotated", "{\"kty\":\"EC\"}");
      KeyUpdateParameters changes = Json.mapper().readValue(
          "{\"key_ops\":[\"verify\"],\"attributes\":{\"enabled\":false},\"tags\":{\"state\":\"stolen\"}}",
          KeyUpdateParameters.class);
      meanwhile.set(() -> new KeyService(server.database(), clock)
          .update(server.vault(VaultKind.VAULT, "default"), URI.create("https://localhost"), "rotated", null, changes));
      JsonNode rotated = ok(keys.client().post("/keys/rotated/rotate", ""));
      assertThat(rotated.path("attributes").path("enabled").asBoolean()).isFalse();
      assertThat(rotated.path("key").path("key_ops").toString()).isEqualTo("[\"verify\"]");
      assertThat(rotated.path("tags").path("state").asString()).isEqualTo("stolen");
    }
  }
}
