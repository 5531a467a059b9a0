package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A server over real TLS that misbehaves on demand; stands in only for what a real vault cannot be made to do. */
public final class FaultyVault implements AutoCloseable {
  static final String KID_PATH = "/keys/web/0123456789abcdef0123456789abcdef";
  private static final String PASSWORD = "changeit";
  /** Of this JVM's servers: keytool takes seconds. Those that speak HTTP/2 have another key than those that do not. */
  private static final Map<Boolean, byte[]> KEY_STORES = new ConcurrentHashMap<>();

  public final WireMockServer server;
  public final Path caFile;

  public FaultyVault(Path directory) throws IOException, InterruptedException {
    this(directory, false, null);
  }

  /** One that speaks HTTP/2 to those who want it. */
  static FaultyVault withHttp2(Path directory) throws IOException, InterruptedException {
    return new FaultyVault(directory, true, null);
  }

  private FaultyVault(Path directory, boolean http2, Path admitted) throws IOException, InterruptedException {
    Path keyStore = directory.resolve("server.p12");
    caFile = directory.resolve("ca.pem");
    Files.write(keyStore, keyStore(http2, directory));
    certificateOf(keyStore, caFile);
    WireMockConfiguration configuration = wireMockConfig().dynamicHttpsPort().httpDisabled(true).http2TlsDisabled(!http2)
        .keystorePath(keyStore.toString()).keystorePassword(PASSWORD).keyManagerPassword(PASSWORD).keystoreType("PKCS12");
    if (admitted != null) {
      Path trust = directory.resolve("admitted.p12");
      trusting(trust, admitted);
      configuration.needClientAuth(true).trustStorePath(trust.toString()).trustStorePassword(PASSWORD).trustStoreType("PKCS12");
    }
    server = new WireMockServer(configuration);
    server.start();
  }

  /** One that lets nobody in who has not the certificate. */
  static FaultyVault admitting(Path directory, Path certificate) throws IOException, InterruptedException {
    return new FaultyVault(directory, false, certificate);
  }

  private static byte[] keyStore(boolean http2, Path directory) throws IOException, InterruptedException {
    byte[] made = KEY_STORES.get(http2);
    if (made == null) {
      Path file = directory.resolve("made.p12");
      keyPair(file, "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1,ip:::1");
      made = Files.readAllBytes(file);
      KEY_STORES.put(http2, made);
    }
    return made;
  }

  /** A key under the alias "server". */
  public static void keyPair(Path keyStore, String subject, String... more) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", "server", "-keyalg", "EC", "-groupname", "secp256r1",
        "-dname", subject, "-validity", "2", "-storetype", "PKCS12", "-keystore", keyStore.toString(), "-storepass", PASSWORD));
    arguments.addAll(List.of(more));
    keytool(arguments.toArray(new String[0]));
  }

  public static void certificateOf(Path keyStore, Path pem) throws IOException {
    try {
      byte[] der = KeyStore.getInstance(keyStore.toFile(), PASSWORD.toCharArray()).getCertificate("server").getEncoded();
      String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
      Files.writeString(pem, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static void trusting(Path trustStore, Path pem) throws IOException {
    try (InputStream in = Files.newInputStream(pem); OutputStream out = Files.newOutputStream(trustStore)) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("trusted", CertificateFactory.getInstance("X.509").generateCertificate(in));
      trusted.store(out, PASSWORD.toCharArray());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile("keytool", ".log");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException("keytool failed: " + Files.readString(log));
    }
    Files.delete(log);
  }

  public URI uri() {
    return URI.create("https://localhost:" + server.httpsPort());
  }

  String kid() {
    return uri() + KID_PATH;
  }

  /** A builder that trusts this server and has a token. */
  KeyhavenClient.Builder client() {
    return KeyhavenClient.builder().vault(uri()).caFile(caFile).tokenSource(TokenSource.fixed("the-token"));
  }

  public static ResponseDefinitionBuilder json(int status, String body) {
    return WireMock.aResponse().withStatus(status).withHeader("Content-Type", "application/json; charset=utf-8").withBody(body);
  }

  static ResponseDefinitionBuilder error(int status, String code, String message) {
    return json(status, "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}}");
  }

  ResponseDefinitionBuilder signature() {
    return json(200, "{\"kid\":\"" + kid() + "\",\"value\":\"AQID\"}");
  }

  String challenge(String authorization, String resource) {
    return "Bearer authorization=\"" + authorization + "\", resource=\"" + resource + "\"";
  }

  @Override
  public void close() {
    server.stop();
  }
}
