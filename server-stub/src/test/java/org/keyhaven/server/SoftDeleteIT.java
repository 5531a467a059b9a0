package org.keyhaven.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.RawVault.Reply;
import org.keyhaven.server.ServerOptions.Deletion;
import tools.jackson.databind.JsonNode;

/** What deletion means is chosen when the vaults are made. */
class SoftDeleteIT {
  @TempDir
  private Path data;

  private ClockedVault start(Deletion deletion) {
    return new ClockedVault(ServerOptions.on(data.resolve("data")).withKeys(new ServerOptions.Keys.SoftwareOnly())
        .withDeletion(deletion));
  }

  private static JsonNode deleted(ClockedVault vault, String name) {
    assertThat(vault.send("POST", "/keys/" + name + "/create", "{\"kty\":\"EC\"}").status()).isEqualTo(200);
    Reply reply = vault.send("DELETE", "/keys/" + name, null);
    assertThat(reply.status()).isEqualTo(200);
    return reply.body().path("attributes");
  }

  private static void assertKept(ClockedVault vault, String name, int days, String recoveryLevel) {
    JsonNode attributes = deleted(vault, name);
    assertThat(attributes.path("recoverableDays").asInt()).isEqualTo(days);
    assertThat(attributes.path("recoveryLevel").asString()).isEqualTo(recoveryLevel);
  }

  @Test
  void daysAndPurgeProtectionStayAsTheVaultWasMade() {
    try (ClockedVault vault = start(new Deletion(7, true))) {
      assertKept(vault, "first", 7, "CustomizedRecoverable");
      Reply refused = vault.send("DELETE", "/deletedkeys/first", null);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.body().at("/error/code").asString()).isEqualTo("Forbidden");
      assertThat(refused.body().at("/error/message").asString()).contains("purge protection is enabled");
      vault.advance(Duration.ofDays(7).minusMinutes(1));
      assertThat(vault.get("/deletedkeys/first").status()).isEqualTo(200);
      vault.advance(Duration.ofMinutes(2));
      assertThat(vault.get("/deletedkeys/first").status()).isEqualTo(404);
    }
    try (ClockedVault vault = start(Deletion.DEFAULT)) {
      assertKept(vault, "second", 7, "CustomizedRecoverable");
    }
    assertThatThrownBy(() -> start(new Deletion(8, true))).isInstanceOf(StartupException.class)
        .hasMessageContaining("7 days").hasMessageContaining("--soft-delete-days");
  }

  @Test
  void purgeProtectionIsSwitchedOnLaterAndStays() {
    try (ClockedVault vault = start(Deletion.DEFAULT)) {
      assertKept(vault, "purged", 90, "Recoverable+Purgeable");
      assertThat(vault.send("DELETE", "/deletedkeys/purged", null).status()).isEqualTo(204);
      assertKept(vault, "before", 90, "Recoverable+Purgeable");
    }
    start(new Deletion(90, true)).close();
    try (ClockedVault vault = start(Deletion.DEFAULT)) {
      assertThat(vault.send("DELETE", "/deletedkeys/before", null).status()).isEqualTo(403);
      assertKept(vault, "after", 90, "Recoverable");
    }
  }
}
