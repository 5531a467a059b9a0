package org.keyhaven.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.admin.ConnectionFile;
import org.keyhaven.server.hsm.SoftHsm;
import org.keyhaven.server.identity.TokenRequest;
import org.keyhaven.server.json.Json;
import tools.jackson.databind.JsonNode;

/** {@code serve} as a process of its own: its one line, its signals, and the HSM's PIN. */
@Timeout(300)
class ServeProcessIT {
  private static final String DIGEST = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
  @TempDir
  private Path temp;

  /** A server process, ready. */
  private final class Server implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final String ready;
    private final ConnectionFile connection;
    private final HttpClient http;
    private final String token;

    Server(Path data) throws Exception {
      process = serve(data, data);
      out = process.inputReader(StandardCharsets.UTF_8);
      try {
        ready = out.readLine();
        assertThat(ready).as(() -> "stderr: " + read(temp.resolve("stderr"))).matches("READY https://localhost:\\d+");
        connection = ConnectionFile.read(data.resolve(ConnectionFile.NAME));
        SSLContext tls = TokenRequest.trusting(connection);
        http = HttpClient.newBuilder().sslContext(tls).build();
        token = TokenRequest.send(connection, connection.vaultUrl());
      } catch (Exception | AssertionError e) {
        process.destroyForcibly(); // nobody else would
        throw e;
      }
    }

    /** @throws IOException when the server is gone */
    HttpResponse<byte[]> post(String path, String body) throws IOException, InterruptedException {
      return http.send(HttpRequest.newBuilder(URI.create(connection.vaultUrl() + path + "?api-version=7.6"))
          .header("Authorization", "Bearer " + token).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
          HttpResponse.BodyHandlers.ofByteArray());
    }

    boolean signs(String kid) throws Exception {
      HttpResponse<byte[]> signed = post(URI.create(kid).getPath() + "/sign", "{\"alg\":\"ES256\",\"value\":\"" + DIGEST + "\"}");
      assertThat(signed.statusCode()).as(kid).isEqualTo(200);
      JsonNode value = Json.mapper().readTree(signed.body()).get("value");
      HttpResponse<byte[]> verified = post(URI.create(kid).getPath() + "/verify",
          "{\"alg\":\"ES256\",\"digest\":\"" + DIGEST + "\",\"value\":\"" + value.asString() + "\"}");
      return Json.mapper().readTree(verified.body()).get("value").asBoolean();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  /** @param softHsm the data directory that has the SoftHSM tokens */
  private Process serve(Path data, Path softHsm, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    if (Runtime.version().feature() >= 22) {
      // As the server's jar says in its manifest.
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.keyhaven.server.Main", "serve", "--data",
        data.toString(), "--port", "0", "--hsm-port", "0"));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(SoftHsm.CONFIGURATION_VARIABLE, softHsm.resolve("softhsm/softhsm2.conf").toString());
    return builder.redirectError(temp.resolve("stderr").toFile()).start();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String kid(HttpResponse<byte[]> created) {
    assertThat(created.statusCode()).isEqualTo(200);
    return Json.mapper().readTree(created.body()).get("key").get("kid").asString();
  }

  @Test
  void itSaysOneLineStopsOnSigtermAndFindsEverythingAgain() throws Exception {
    Path data = temp.resolve("data");
    String kid;
    String clientSecret;
    try (Server server = new Server(data)) {
      assertThat(server.ready).isEqualTo("READY " + server.connection.vaultUrl());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(ConnectionFile.NAME))))
          .isEqualTo("rw-------");
      kid = kid(server.post("/keys/kept/create", "{\"kty\":\"EC-HSM\"}"));
      clientSecret = server.connection.clientSecret();

      // Not Process.destroy, which closes the streams.
      server.process.toHandle().destroy();
      assertThat(server.process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(server.process.exitValue()).isZero();
      assertThat(server.out.readLine()).as("stdout after READY").isNull();
      assertThat(read(temp.resolve("stderr"))).doesNotContain(clientSecret).doesNotContain(server.token);
    }
    try (Server server = new Server(data)) {
      assertThat(server.connection.clientSecret()).isEqualTo(clientSecret);
      assertThat(server.signs(kid)).isTrue();
    }
  }

  @Test
  void aWrongPinIsOneLineAndLeavesTheDirectoryUsable() throws Exception {
    Path tokens = temp.resolve("tokens");
    new Server(tokens).close();
    String label = Files.readString(tokens.resolve("softhsm/label")).strip();
    Path pin = temp.resolve("pin");
    Files.writeString(pin, "not-the-pin");
    Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-------"));
    String[] options = {"--pkcs11", SoftHsm.find().orElseThrow().toString(), "--token", label, "--pin-file", pin.toString()};
    Path data = temp.resolve("data");

    Process refused = serve(data, tokens, options);
    assertThat(refused.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(refused.exitValue()).isEqualTo(1);
    assertThat(read(temp.resolve("stderr"))).startsWith("keyhaven: ").contains("PIN").doesNotContain("not-the-pin")
        .hasLineCount(1);

    Files.copy(tokens.resolve("softhsm/pin"), pin, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    Process served = serve(data, tokens, options);
    try (BufferedReader out = served.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).as(() -> "stderr: " + read(temp.resolve("stderr"))).startsWith("READY ");
    } finally {
      served.destroyForcibly().onExit().join();
    }
  }
}
