package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    SSLContext server = context(keyManagers(vault, factory, type), null);
    SSLContext client = context(null, trusting(vault));
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      SSLSession session = handshake(server, client, protocol, suite(protocol, type), false);
      assertThat(session.getProtocol()).isEqualTo(protocol);
      X509Certificate peer = (X509Certificate) session.getPeerCertificates()[0];
      assertThat(peer.getPublicKey().getAlgorithm()).isEqualTo(type);
      assertThat(vault.getKey(vault.getCertificateAlias(peer), null)).isInstanceOf(VaultPrivateKey.class);
      assertThat(requests.naming("/sign")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aClientAuthenticatesWithAKeyInTheVault(String protocol) throws Exception {
    install("last");
    SSLContext server = context(keyManagers(vault, "PKIX", "RSA"), trusting(vault));
    SSLContext client = context(keyManagers(vault, "PKIX", "EC"), trusting(vault));
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      SSLSession session = handshake(server, client, protocol, suite(protocol, "RSA"), true);
      assertThat(session.getLocalCertificates()[0].getPublicKey().getAlgorithm()).isEqualTo("EC");
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
      SSLContext server = context(keyManagers(local, "PKIX", type), null);
      SSLContext client = context(null, trusting(local));
      try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
        for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
          SSLSession session = handshake(server, client, protocol, suite(protocol, type), false);
          assertThat(session.getProtocol()).isEqualTo(protocol);
        }
        // The one other request is how requests.naming itself signs in.
        assertThat(requests.naming("/")).hasSize(1).allMatch(line -> line.contains("/oauth2/"));
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
    SSLContext client = context(null, trusting(vault));
    vault.deleteEntry(gone);
    SSLContext server = context(new KeyManager[] {new FixedKey(key, certificate)}, null);
    assertThatThrownBy(() -> handshake(server, client, "TLSv1.3", suite("TLSv1.3", "EC"), false))
        .isInstanceOf(SSLException.class);
  }

  private static void install(String position) {
    if (position.equals("first")) {
      Security.insertProviderAt(provider, 1);
    } else {
      Security.addProvider(provider);
    }
  }

  private static String suite(String protocol, String type) {
    if (protocol.equals("TLSv1.3")) {
      return "TLS_AES_128_GCM_SHA256";
    }
    return type.equals("RSA") ? "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" : "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
  }

  private static KeyManager[] keyManagers(KeyStore store, String factory, String type) throws Exception {
    KeyManagerFactory managers = KeyManagerFactory.getInstance(factory);
    managers.init(store, "changeit".toCharArray());
    return new KeyManager[] {new OneKeyType((X509ExtendedKeyManager) managers.getKeyManagers()[0], type)};
  }

  /** Trusts every certificate of a key store. */
  private static KeyStore trusting(KeyStore store) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (String alias : Collections.list(store.aliases())) {
      if (store.getCertificate(alias) != null) {
        trusted.setCertificateEntry(alias, store.getCertificate(alias));
      }
    }
    return trusted;
  }

  private static SSLContext context(KeyManager[] keys, KeyStore trusted) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    if (trusted == null) {
      context.init(keys, null, null);
    } else {
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      context.init(keys, trust.getTrustManagers(), null);
    }
    return context;
  }

  /** One connection, one byte each way; gives the client's session. */
  private static SSLSession handshake(SSLContext server, SSLContext client, String protocol, String suite, boolean mutual)
      throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (SSLServerSocket listening =
        (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listening.setNeedClientAuth(mutual);
      Future<Integer> echo = thread.submit(() -> {
        try (SSLSocket accepted = (SSLSocket) listening.accept()) {
          int read = accepted.getInputStream().read();
          accepted.getOutputStream().write(read);
          return read;
        }
      });
      try (SSLSocket socket =
          (SSLSocket) client.getSocketFactory().createSocket(listening.getInetAddress(), listening.getLocalPort())) {
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setEnabledCipherSuites(new String[] {suite});
        socket.getOutputStream().write(42);
        assertThat(socket.getInputStream().read()).isEqualTo(42);
        assertThat(echo.get()).isEqualTo(42);
        return socket.getSession();
      }
    } finally {
      thread.shutdownNow();
    }
  }

  private KeyStore localKey(String algorithm) throws Exception {
    Path file = Files.createTempDirectory(folder, "local").resolve("local.p12");
    Tools.run(Tools.current().resolve("bin/keytool"), "-genkeypair", "-alias", "local", "-keyalg", algorithm, "-dname",
        "CN=local", "-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", "changeit").succeeded();
    return KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
  }
}
