package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.server.TestVault;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JsseIT {
  private static KeyhavenProvider provider;
  private static KeyStore vault;

  @TempDir
  private Path folder;

  @BeforeAll
  static void generate() throws Exception {
    provider = RemoteKeys.provider();
    RemoteKeys.certified(provider, "RSA", 2048);
    RemoteKeys.certified(provider, "EC", 256);
    vault = RemoteKeys.store(provider);
  }

  @AfterEach
  void uninstall() {
    Security.removeProvider(KeyhavenProvider.NAME);
  }

  static List<Arguments> handshakes() {
    List<Arguments> all = new ArrayList<>();
    for (String position : new String[] {"first", "last"}) {
      for (String factory : new String[] {"PKIX", "SunX509"}) {
        for (String type : new String[] {"RSA", "EC"}) {
          all.add(Arguments.of(position, factory, type, "TLSv1.3"));
          all.add(Arguments.of(position, factory, type, "TLSv1.2"));
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("handshakes")
  void aServerWhoseKeyIsInTheVaultIsReachedWithOneSignature(String position, String factory, String type, String protocol)
      throws Exception {
    install(position);
    SSLContext server = Handshake.context(keyManagers(vault, factory, type), null);
    SSLContext client = Handshake.context(null, Handshake.trusting(vault));
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      SSLSession session = handshake(server, client, protocol, type, false).succeed();
      assertThat(session.getProtocol()).isEqualTo(protocol);
      X509Certificate peer = (X509Certificate) session.getPeerCertificates()[0];
      assertThat(peer.getPublicKey().getAlgorithm()).isEqualTo(type);
      assertThat(vault.getKey(vault.getCertificateAlias(peer), null)).isInstanceOf(VaultPrivateKey.class);
      assertThat(requests.naming("/sign")).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"PKIX, EC, TLSv1.3", "PKIX, EC, TLSv1.2", "PKIX, RSA, TLSv1.3", "PKIX, RSA, TLSv1.2", "SunX509, EC, TLSv1.3",
      "SunX509, RSA, TLSv1.2"})
  void aClientAuthenticatesWithAKeyInTheVault(String factory, String type, String protocol) throws Exception {
    install("last");
    SSLContext server = Handshake.context(keyManagers(vault, "PKIX", "RSA"), Handshake.trusting(vault));
    SSLContext client = Handshake.context(keyManagers(vault, factory, type), Handshake.trusting(vault));
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      SSLSession session = handshake(server, client, protocol, "RSA", true).succeed();
      assertThat(session.getLocalCertificates()[0].getPublicKey().getAlgorithm()).isEqualTo(type);
      assertThat(requests.naming("/sign")).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"absent", "first", "last"})
  void localKeysWorkAsEver(String position) throws Exception {
    for (String type : new String[] {"RSA", "EC"}) {
      KeyStore local = localKey(type);
      if (!position.equals("absent")) {
        install(position);
      }
      SSLContext server = Handshake.context(keyManagers(local, "PKIX", type), null);
      SSLContext client = Handshake.context(null, Handshake.trusting(local));
      try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
        for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
          SSLSession session = handshake(server, client, protocol, type, false).succeed();
          assertThat(session.getProtocol()).isEqualTo(protocol);
        }
        // But for how requests.naming itself signs in, when it is the first to.
        assertThat(requests.naming("/")).allMatch(line -> line.contains("/oauth2/"));
      }
      Security.removeProvider(KeyhavenProvider.NAME);
    }
  }

  @Test
  void aKeyThatIsGoneFailsTheHandshakeCleanly() throws Exception {
    install("last");
    String gone = RemoteKeys.certified(provider, "EC", 256);
    PrivateKey key = (PrivateKey) vault.getKey(gone, null);
    X509Certificate certificate = (X509Certificate) vault.getCertificate(gone);
    SSLContext client = Handshake.context(null, Handshake.trusting(vault));
    vault.deleteEntry(gone);
    SSLContext server = Handshake.context(new KeyManager[] {new FixedKey(key, certificate)}, null);
    Handshake.Failure failure = handshake(server, client, "TLSv1.3", "EC", false).fail();
    assertThat(failure.client()).isInstanceOf(SSLHandshakeException.class).hasMessageContaining("handshake_failure");
    assertThat(failure.server()).isInstanceOf(SSLHandshakeException.class).cause().isInstanceOf(SignatureException.class)
        .hasMessageContaining("404");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aVaultThatDoesNotAnswerFailsTheHandshakeInTheTimeOfACall(String protocol) throws Exception {
    install("last");
    String alias = RemoteKeys.certified(provider, "EC", 256);
    X509Certificate certificate = (X509Certificate) vault.getCertificate(alias);
    // Connections are taken by the system, and nobody ever reads.
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      URI nobody = URI.create("https://localhost:" + silent.getLocalPort());
      KeyhavenLoadStoreParameter parameter = KeyhavenLoadStoreParameter.builder().vaultUrl(nobody)
          .caFile(TestVault.get().caFile()).token("opaque").timeout(Duration.ofSeconds(1)).build();
      VaultSession session = provider.session(provider.settings(List.of(parameter.source()), null));
      PrivateKey key = session.privateKey(
          new ObjectId(nobody, "keys", alias, "0123456789abcdef0123456789abcdef"), certificate.getPublicKey());
      SSLContext server = Handshake.context(new KeyManager[] {new FixedKey(key, certificate)}, null);
      SSLContext client = Handshake.context(null, Handshake.trusting(vault));
      long start = System.nanoTime();
      Handshake.Failure failure = handshake(server, client, protocol, "EC", false).fail();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
      assertThat(failure.client()).hasMessageContaining("Received fatal alert");
      assertThat(failure.server()).isInstanceOf(SSLException.class).cause().isInstanceOf(SignatureException.class)
          .hasMessageContaining("localhost:" + silent.getLocalPort());
    }
  }

  private static void install(String position) {
    if (position.equals("first")) {
      Security.insertProviderAt(provider, 1);
    } else {
      Security.addProvider(provider);
    }
  }

  private static KeyManager[] keyManagers(KeyStore store, String factory, String type) throws Exception {
    KeyManagerFactory managers = KeyManagerFactory.getInstance(factory);
    managers.init(store, "changeit".toCharArray());
    return new KeyManager[] {new OneKeyType((X509ExtendedKeyManager) managers.getKeyManagers()[0], type)};
  }

  private static Handshake handshake(SSLContext server, SSLContext client, String protocol, String type, boolean mutual) {
    return new Handshake(server, client, protocol, Handshake.suite(protocol, type), mutual, null);
  }

  private KeyStore localKey(String algorithm) throws Exception {
    Path file = Files.createTempDirectory(folder, "local").resolve("local.p12");
    Tools.run(Tools.current().resolve("bin/keytool"), "-genkeypair", "-alias", "local", "-keyalg", algorithm, "-dname",
        "CN=local", "-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", "changeit").succeeded();
    return KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
  }
}
