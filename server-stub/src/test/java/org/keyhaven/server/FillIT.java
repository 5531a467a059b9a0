package org.keyhaven.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.admin.ConnectionFile;
import org.keyhaven.server.identity.TokenRequest;
import org.keyhaven.server.json.Json;
import tools.jackson.databind.JsonNode;

/** The hidden command that fills a vault for benchmarks. */
@Timeout(60)
class FillIT {
  @TempDir
  private Path data;

  private static int fill(StringWriter out, Path data, String... more) {
    return Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(out, true))
        .execute(Stream.concat(Stream.of("fill", "--data", data.toString()), Arrays.stream(more)).toArray(String[]::new));
  }

  @Test
  void makesKeysThatAreAsAnyOthers() throws Exception {
    StringWriter out = new StringWriter();
    assertThat(fill(out, data, "--count", "7")).as(out.toString()).isZero();
    assertThat(out.toString().strip()).isEqualTo("FILLED 7");
    assertThat(fill(out, data, "--from", "7", "--count", "2")).as(out.toString()).isZero();
    assertThat(due()).as("keys that a server would look at as soon as it starts").isZero();

    try (VaultServer server = VaultServer.start(ServerOptions.on(data).withPorts(0, 0))) {
      assertThat(fill(out, data, "--count", "1")).as("a server runs on it").isEqualTo(1);
      ConnectionFile connection = ConnectionFile.read(server.connectionFile());
      HttpClient http = HttpClient.newBuilder().sslContext(TokenRequest.trusting(connection)).build();
      String token = TokenRequest.send(connection, server.vaultUrl());
      JsonNode keys = json(http.send(request(server, token, "/keys").build(), HttpResponse.BodyHandlers.ofByteArray()));
      assertThat(StreamSupport.stream(keys.path("value").spliterator(), false).map(key -> key.path("kid").asString()))
          .hasSize(9).contains(server.vaultUrl() + "/keys/key-0000000", server.vaultUrl() + "/keys/key-0000008");
      JsonNode signature = json(http.send(request(server, token, "/keys/key-0000005/sign")
          .POST(HttpRequest.BodyPublishers.ofString("{\"alg\":\"ES256\",\"value\":\"" + "A".repeat(43) + "\"}")).build(),
          HttpResponse.BodyHandlers.ofByteArray()));
      JsonNode verified = json(http.send(request(server, token, "/keys/key-0000005/verify")
          .POST(HttpRequest.BodyPublishers.ofString("{\"alg\":\"ES256\",\"digest\":\"" + "A".repeat(43) + "\",\"value\":\""
              + signature.path("value").asString() + "\"}")).build(), HttpResponse.BodyHandlers.ofByteArray()));
      assertThat(verified.path("value").asBoolean()).isTrue();
    }
  }

  private long due() throws SQLException {
    try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("keyhaven.db"));
        Statement query = database.createStatement();
        ResultSet row = query.executeQuery("SELECT count(*) FROM object WHERE due < " + Instant.now().getEpochSecond())) {
      return row.getLong(1);
    }
  }

  private static HttpRequest.Builder request(VaultServer server, String token, String path) {
    return HttpRequest.newBuilder(URI.create(server.vaultUrl() + path + "?api-version=7.6"))
        .header("Authorization", "Bearer " + token);
  }

  private static JsonNode json(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).as(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(200);
    return Json.mapper().readTree(answer.body());
  }
}
