package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.http.Trust;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** Against a server that lets nobody in without a certificate of one client. */
@Timeout(60)
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private static Path directory;
  private static FaultyVault strict;
  private static Path clientStore;
  private static Path clientCertificate;
  private static Path clientKey;

  @BeforeAll
  static void start(@TempDir Path temporary) throws IOException, InterruptedException, GeneralSecurityException {
    directory = temporary;
    clientStore = directory.resolve("client.p12");
    clientCertificate = directory.resolve("client.pem");
    FaultyVault.keyPair(clientStore, "CN=client");
    FaultyVault.certificateOf(clientStore, clientCertificate);
    clientKey = directory.resolve("client.key");
    byte[] key = opened().getKey("server", PASSWORD).getEncoded();
    Files.writeString(clientKey, "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
        + "\n-----END PRIVATE KEY-----\n");
    strict = FaultyVault.admitting(directory, clientCertificate);
  }

  private static KeyStore opened() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(clientStore)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  @AfterAll
  static void stop() {
    strict.close();
  }

  @BeforeEach
  void answer() {
    strict.server.resetAll();
    strict.server.stubFor(any(anyUrl()).willReturn(strict.signature()));
  }

  @AfterEach
  void forget() {
    for (String name : new String[] {"keyStore", "keyStorePassword", "keyStoreType", "trustStore", "trustStorePassword"}) {
      System.clearProperty("javax.net.ssl." + name);
    }
  }

  private static byte[] sign(KeyhavenClient.Builder builder) {
    try (KeyhavenClient client = builder.build()) {
      return client.cryptography(ObjectId.parse(strict.kid())).sign(SignatureAlgorithm.ES256, new byte[32]);
    }
  }

  @Test
  void withoutACertificateNothingIsServed() {
    assertThatThrownBy(() -> sign(strict.client())).isInstanceOf(VaultException.Unavailable.class);
    assertThat(strict.server.findAll(anyRequestedFor(anyUrl()))).isEmpty();
  }

  @Test
  void aPairOfPemFilesLetsIn() {
    assertThat(sign(strict.client().clientCertificate(clientCertificate, clientKey))).containsExactly(1, 2, 3);
  }

  @Test
  void aKeyStoreLetsIn() throws IOException, GeneralSecurityException {
    assertThat(sign(strict.client().clientCertificate(opened(), PASSWORD))).containsExactly(1, 2, 3);
  }

  @Test
  void anSslContextOfTheCallersLetsIn() throws IOException, GeneralSecurityException {
    assertThat(sign(strict.client().sslContext(context(trustOf(strict))))).containsExactly(1, 2, 3);
  }

  @Test
  void theJvmsKeyStoreAndTrustStoreLetIn() throws IOException, InterruptedException {
    Path trust = directory.resolve("trust.p12");
    FaultyVault.trusting(trust, strict.caFile);
    System.setProperty("javax.net.ssl.keyStore", clientStore.toString());
    System.setProperty("javax.net.ssl.keyStorePassword", "changeit");
    System.setProperty("javax.net.ssl.keyStoreType", "PKCS12");
    System.setProperty("javax.net.ssl.trustStore", trust.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
    assertThat(sign(KeyhavenClient.builder().vault(strict.uri()).tokenSource(TokenSource.fixed("t")))).containsExactly(1, 2, 3);
  }

  @Test
  void aKeyStoreOfAnotherProviderIsLeftAlone() {
    System.setProperty("javax.net.ssl.keyStore", clientStore.toString());
    System.setProperty("javax.net.ssl.keyStoreType", "Keyhaven");
    assertThat(sign(strict.client().clientCertificate(clientCertificate, clientKey))).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> sign(strict.client())).isInstanceOf(VaultException.Unavailable.class)
        .hasMessageNotContaining("keyStore");
  }

  @Test
  void whatCannotBeUsedSaysWhyAndDoesNotQuoteTheKey() throws IOException {
    Path broken = Files.writeString(directory.resolve("broken.key"),
        "-----BEGIN PRIVATE KEY-----\nc2VjcmV0IGtleQ==\n-----END PRIVATE KEY-----\n");
    Path encrypted = Files.writeString(directory.resolve("encrypted.key"),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2VjcmV0IGtleQ==\n-----END ENCRYPTED PRIVATE KEY-----\n");
    assertThatThrownBy(() -> sign(strict.client().clientCertificate(clientCertificate, broken)))
        .isInstanceOf(VaultException.Unavailable.class).hasMessageContaining("broken.key")
        .hasStackTraceContaining("broken.key").satisfies(thrown -> assertThat(text(thrown)).doesNotContain("c2Vj", "secret key"));
    assertThatThrownBy(() -> sign(strict.client().clientCertificate(clientCertificate, encrypted)))
        .hasMessageContaining("openssl pkcs8");
    assertThatThrownBy(() -> sign(strict.client().clientCertificate(directory.resolve("none.pem"), clientKey)))
        .isInstanceOf(VaultException.Unavailable.class).hasMessageContaining("none.pem");
    assertThatThrownBy(() -> sign(strict.client().clientCertificate(opened(), "wrong".toCharArray())))
        .isInstanceOf(VaultException.Unavailable.class).hasMessageContaining("password");
  }

  private static String text(Throwable thrown) {
    StringBuilder all = new StringBuilder();
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      all.append(cause).append('\n');
    }
    return all.toString();
  }

  /** Trusts everybody, as careless code does; and as an extended one keeps JSSE from verifying the name. */
  private static X509TrustManager careless() {
    return new X509ExtendedTrustManager() {
      @Override
      public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type, Socket socket) { }

      @Override
      public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type, Socket socket) { }

      @Override
      public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type, SSLEngine engine) { }

      @Override
      public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type, SSLEngine engine) { }

      @Override
      public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) { }

      @Override
      public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) { }

      @Override
      public java.security.cert.X509Certificate[] getAcceptedIssuers() {
        return new java.security.cert.X509Certificate[0];
      }
    };
  }

  @Test
  void aHostNameIsVerifiedWhateverTheTrustManagerSays() throws GeneralSecurityException, IOException {
    URI otherName = URI.create("https://127.0.0.2:" + strict.server.httpsPort());
    try (KeyhavenClient client = strict.client().vault(otherName).sslContext(context(careless())).build()) {
      assertThatThrownBy(() -> client.keys().get("web")).isInstanceOf(VaultException.Unavailable.class)
          .hasMessageContaining("127.0.0.2");
      assertThatThrownBy(() -> client.async().keys().get("web").join()).hasCauseInstanceOf(VaultException.Unavailable.class)
          .hasMessageContaining("127.0.0.2");
    }
    assertThat(strict.server.findAll(anyRequestedFor(anyUrl()))).isEmpty();
  }

  @Test
  void aHostNameIsVerifiedWhereAFileSaysWhoIsTrusted() {
    URI otherName = URI.create("https://127.0.0.2:" + strict.server.httpsPort());
    try (KeyhavenClient client = strict.client().vault(otherName).clientCertificate(clientCertificate, clientKey).build()) {
      assertThatThrownBy(() -> client.keys().get("web")).isInstanceOf(VaultException.Unavailable.class)
          .hasMessageContaining("127.0.0.2");
      assertThatThrownBy(() -> client.async().keys().get("web").join()).hasCauseInstanceOf(VaultException.Unavailable.class)
          .hasMessageContaining("127.0.0.2");
    }
    assertThat(strict.server.findAll(anyRequestedFor(anyUrl()))).isEmpty();
  }

  @Test
  void anAddressOfVersion6IsAHostLikeAnother() throws GeneralSecurityException, IOException {
    URI six = URI.create("https://[::1]:" + strict.server.httpsPort());
    try (KeyhavenClient client = strict.client().vault(six).clientCertificate(clientCertificate, clientKey).build()) {
      ObjectId kid = ObjectId.parse(six + FaultyVault.KID_PATH);
      assertThat(client.cryptography(kid).sign(SignatureAlgorithm.ES256, new byte[32])).containsExactly(1, 2, 3);
      assertThat(client.async().cryptography(kid).sign(SignatureAlgorithm.ES256, new byte[32]).join()).containsExactly(1, 2, 3);
    }
  }

  /** Handshakes as HttpClient does, with the verification of the name left to JSSE. */
  private static void handshake(SSLContext context, String host) throws IOException {
    try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(host, strict.server.httpsPort())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
    }
  }

  @Test
  void aFileInAdditionVouchesForItsOwnServersUnderTheirNames() throws IOException {
    SSLContext context = Trust.platformAnd(strict.caFile);
    handshake(context, "localhost");
    assertThatThrownBy(() -> handshake(context, "127.0.0.2")).isInstanceOf(SSLHandshakeException.class)
        .hasMessageContaining("127.0.0.2");
  }

  @Test
  void besideAFileThePlatformVouchesForTheOthersUnderTheirNames() throws IOException, InterruptedException {
    Path trust = directory.resolve("platform.p12");
    FaultyVault.trusting(trust, strict.caFile);
    System.setProperty("javax.net.ssl.trustStore", trust.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
    SSLContext context = Trust.platformAnd(clientCertificate);
    handshake(context, "localhost");
    assertThatThrownBy(() -> handshake(context, "127.0.0.2")).isInstanceOf(SSLHandshakeException.class)
        .hasMessageContaining("127.0.0.2");
  }

  @Test
  void aServerThatNeitherFileNorPlatformVouchForIsRefused() throws IOException {
    SSLContext context = Trust.platformAnd(clientCertificate);
    assertThatThrownBy(() -> handshake(context, "localhost")).isInstanceOf(SSLHandshakeException.class)
        .hasMessageContaining("certification path");
  }

  private static TrustManager trustOf(FaultyVault vault) throws GeneralSecurityException, IOException {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    try (InputStream in = Files.newInputStream(vault.caFile)) {
      anchors.setCertificateEntry("ca", java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var factory = javax.net.ssl.TrustManagerFactory.getInstance("PKIX");
    factory.init(anchors);
    return factory.getTrustManagers()[0];
  }

  private static SSLContext context(TrustManager trust) throws GeneralSecurityException, IOException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(opened(), PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), new TrustManager[] {trust}, null);
    return context;
  }
}
