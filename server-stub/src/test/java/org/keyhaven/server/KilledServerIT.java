package org.keyhaven.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.admin.ConnectionFile;
import org.keyhaven.server.identity.TokenRequest;
import org.keyhaven.server.json.Json;
import tools.jackson.databind.JsonNode;

/** A server process killed with SIGKILL while it makes keys: what it acknowledged is there after a restart, and usable. */
class KilledServerIT {
  private static final int ACKNOWLEDGED_BEFORE_THE_KILL = 25;
  private static final int THREADS = 4;

  @TempDir
  private Path directory;

  @Test
  void losesNothingThatItAcknowledged() throws Exception {
    Map<String, JsonNode> acknowledged = new ConcurrentHashMap<>();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (ServerProcess server = new ServerProcess(directory)) {
      CountDownLatch enough = new CountDownLatch(ACKNOWLEDGED_BEFORE_THE_KILL);
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        threads.execute(() -> createUntilItDies(server, thread, acknowledged, enough));
      }
      assertThat(enough.await(120, TimeUnit.SECONDS)).isTrue();
      server.process.destroyForcibly().waitFor();
    } finally {
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ACKNOWLEDGED_BEFORE_THE_KILL);
    try (ServerProcess server = new ServerProcess(directory)) {
      for (Map.Entry<String, JsonNode> key : acknowledged.entrySet()) {
        JsonNode found = server.send("GET", "/keys/" + key.getKey(), null);
        assertThat(found.path("key").path("x")).as(key.getKey()).isEqualTo(key.getValue().path("key").path("x"));
        JsonNode signature = server.send("POST", "/keys/" + key.getKey() + "/sign",
            "{\"alg\":\"ES256\",\"value\":\"" + "A".repeat(43) + "\"}");
        assertThat(signature.path("value").asString()).as(key.getKey()).hasSize(86);
      }
    }
  }

  private static void createUntilItDies(ServerProcess server, int thread, Map<String, JsonNode> acknowledged,
      CountDownLatch enough) {
    for (int i = 0; server.process.isAlive(); i++) {
      String name = "killed-" + thread + "-" + i;
      try {
        acknowledged.put(name, server.send("POST", "/keys/" + name + "/create", "{\"kty\":\"EC-HSM\"}"));
        enough.countDown();
      } catch (IOException e) {
        // The server is dead or dying: this key was not acknowledged.
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** {@code serve} as a process of its own, on free ports. */
  private static final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final String url;
    private final String token;
    private final HttpClient client;

    ServerProcess(Path directory) throws Exception {
      Path data = directory.resolve("data");
      ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), "org.keyhaven.server.Main",
          "serve", "--data", data.toString(), "--port", "0", "--hsm-port", "0");
      builder.environment().put("SOFTHSM2_CONF", directory.resolve("softhsm2.conf").toString());
      builder.redirectError(directory.resolve("stderr").toFile());
      process = builder.start();
      try {
        BufferedReader out = process.inputReader();
        String ready = out.readLine();
        assertThat(ready).as(Files.readString(directory.resolve("stderr"))).startsWith("READY https://localhost:");
        url = ready.substring("READY ".length());
        ConnectionFile connection = ConnectionFile.read(data.resolve(ConnectionFile.NAME));
        token = TokenRequest.send(connection, url);
        client = HttpClient.newBuilder().sslContext(trusting(connection.caCertificate())).build();
      } catch (Exception | AssertionError e) {
        process.destroyForcibly(); // nobody else would
        throw e;
      }
    }

    JsonNode send(String method, String path, String body) throws IOException, InterruptedException {
      HttpRequest.BodyPublisher content = body == null ? HttpRequest.BodyPublishers.noBody()
          : HttpRequest.BodyPublishers.ofString(body);
      HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(url + path + "?api-version=7.6"))
          .header("Authorization", "Bearer " + token).header("Content-Type", "application/json").method(method, content)
          .build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return Json.mapper().readTree(answer.body());
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().orTimeout(120, TimeUnit.SECONDS).join();
    }

    private static SSLContext trusting(Path ca) throws IOException, GeneralSecurityException {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      try (InputStream in = Files.newInputStream(ca)) {
        trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    }
  }
}
