package org.keyhaven.provider;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Answers as told, for what the test vault cannot be made to say. Everything else is 404. */
final class StandInVault implements AutoCloseable {
  private record Said(int status, String body) { }

  private final Map<String, Said> answers = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> withheld = new ConcurrentHashMap<>();
  private final HttpsServer server;
  private final Path certificate;

  StandInVault(Path folder) throws Exception {
    Path store = folder.resolve("stand-in.p12");
    certificate = folder.resolve("stand-in.pem");
    Path keytool = Tools.current().resolve("bin/keytool");
    Tools.run(keytool, "-genkeypair", "-alias", "server", "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
        "CN=localhost", "-ext", "san=dns:localhost", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass",
        "changeit").succeeded();
    Tools.run(keytool, "-exportcert", "-rfc", "-alias", "server", "-keystore", store.toString(), "-storepass", "changeit",
        "-file", certificate.toString()).succeeded();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(keys, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/", exchange -> {
      CountDownLatch asked = withheld.get(exchange.getRequestURI().getPath());
      if (asked != null) {
        asked.countDown();
        return;
      }
      Said said = answers.getOrDefault(exchange.getRequestURI().getPath(), error(404, "NotFound"));
      byte[] body = said.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(said.status(), body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
  }

  URI uri() {
    return URI.create("https://localhost:" + server.getAddress().getPort());
  }

  void forget() {
    answers.clear();
    withheld.clear();
  }

  /** Takes requests for the path and never answers; the latch falls to zero with the first. */
  CountDownLatch withholds(String path) {
    return withheld.computeIfAbsent(path, ignored -> new CountDownLatch(1));
  }

  StandInVault answers(String path, String body) {
    answers.put(path, new Said(200, body));
    return this;
  }

  StandInVault refuses(String path, int status) {
    answers.put(path, error(status, status == 403 ? "Forbidden" : "InternalServerError"));
    return this;
  }

  VaultCatalog catalog() throws IOException {
    return session().catalog();
  }

  KeyhavenLoadStoreParameter parameter() {
    return KeyhavenLoadStoreParameter.builder().vaultUrl(uri()).caFile(certificate).token("token").build();
  }

  VaultSession session() throws IOException {
    return new VaultSession(new Settings.Connection(uri(), certificate, null, new Credentials.Token("token"),
        Duration.ofSeconds(10), Duration.ofSeconds(60), AliasFilter.NONE, true));
  }

  private static Said error(int status, String code) {
    return new Said(status, "{\"error\":{\"code\":\"" + code + "\",\"message\":\"as told\"}}");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
