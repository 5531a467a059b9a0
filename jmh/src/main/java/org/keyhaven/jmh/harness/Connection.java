package org.keyhaven.jmh.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.TokenSource;
import tools.jackson.databind.json.JsonMapper;

/** How a vault that runs is reached: its connection.env. */
public final class Connection {
  /** The system property that names the file in a worker. */
  static final String PROPERTY = "keyhaven.bench.connection";

  private final Path file;
  private final Map<String, String> values = new HashMap<>();

  Connection(Path file) {
    this.file = file;
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        int equals = line.indexOf('=');
        String value = line.substring(equals + 1);
        values.put(line.substring(0, equals), value.startsWith("'") ? value.substring(1, value.length() - 1) : value);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** @param file a connection.env */
  public static Connection of(Path file) {
    return new Connection(file);
  }

  /** In a worker: of the vault that its contestant is {@link Contestant#on on}. */
  public static Connection ofWorker() {
    return new Connection(Path.of(System.getProperty(PROPERTY)));
  }

  public Path file() {
    return file;
  }

  public URI vault() {
    return URI.create(value("VAULT_URL"));
  }

  /** PEM. */
  public Path caCertificate() {
    return Path.of(value("CA_CERT"));
  }

  /** The vault's CA and nothing else. */
  public KeyStore trust() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(caCertificate())) {
      trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    return trusted;
  }

  /** The JDK's own TLS, with {@link #trust}. */
  public SSLContext tls() throws GeneralSecurityException, IOException {
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trust());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** A bearer token for the vault, good for an hour. */
  public String token() throws GeneralSecurityException, IOException, InterruptedException {
    String form = "grant_type=client_credentials&client_id=" + encoded(value("CLIENT_ID")) + "&client_secret="
        + encoded(value("CLIENT_SECRET")) + "&scope=" + encoded(vault() + "/.default");
    URI endpoint = URI.create(value("AUTHORITY_HOST")).resolve("/" + value("TENANT_ID") + "/oauth2/v2.0/token");
    HttpRequest request = HttpRequest.newBuilder(endpoint)
        .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(form)).build();
    HttpResponse<byte[]> answer = HttpClient.newBuilder().sslContext(tls()).build()
        .send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IOException("no token: status " + answer.statusCode());
    }
    return JsonMapper.shared().readTree(answer.body()).required("access_token").stringValue();
  }

  /**
   * Our client of the vault.
   *
   * @param token as {@link #token} gives it
   */
  public KeyhavenClient.Builder client(String token) {
    return KeyhavenClient.builder().vault(vault()).caFile(caCertificate()).tokenSource(TokenSource.fixed(token));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /** Any of the file's values, such as {@code CLIENT_SECRET}. */
  public String value(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException(file + " has no " + name);
    }
    return value;
  }
}
