package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Cipher;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Bleichenbacher's question, put to a TLS server whose RSA key is in the vault: a stranger in the middle replaces the premaster
 * secret, and hears the same of one that opens and of those that do not (RFC 5246, section 7.4.7.1).
 */
class PremasterIT {
  private static final String SUITE = "TLS_RSA_WITH_AES_128_GCM_SHA256";
  private static final int HANDSHAKE = 22;
  private static final int ALERT = 21;
  private static final int CLIENT_KEY_EXCHANGE = 16;

  @AfterEach
  void uninstall() {
    Security.removeProvider(KeyhavenProvider.NAME);
  }

  @Test
  void whatASecretOpensToShowsInNoAlert() throws Exception {
    assumeThat(Security.getProperty("jdk.tls.disabledAlgorithms")).as("JDK 24 and later switch these suites off")
        .doesNotContain("TLS_RSA_");
    KeyhavenProvider provider = RemoteKeys.provider();
    String alias = RemoteKeys.certified(provider, "RSA", 2048);
    KeyStore vault = RemoteKeys.store(provider);
    X509Certificate certificate = (X509Certificate) vault.getCertificate(alias);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(alias, certificate);
    Security.addProvider(provider);
    SSLContext server = Handshake.context(
        new KeyManager[] {new FixedKey((VaultPrivateKey) vault.getKey(alias, null), certificate)}, null);
    SSLContext client = Handshake.context(null, trusted);
    RSAPublicKey key = (RSAPublicKey) certificate.getPublicKey();

    byte[] secret = new byte[48];
    secret[0] = 3;
    secret[1] = 3;
    byte[] opens = encrypted(key, secret);
    secret[1] = 1;
    byte[] ofAnotherVersion = encrypted(key, secret);
    byte[] tooShort = encrypted(key, new byte[47]);
    byte[] empty = encrypted(key, new byte[0]);
    byte[] badPadding = opens.clone();
    badPadding[200] ^= 1;
    byte[] expected = answerTo(server, client, opens);
    assertThat(expected).as("a fatal alert").startsWith(2);
    for (byte[] replaced : List.of(ofAnotherVersion, tooShort, empty, badPadding)) {
      assertThat(answerTo(server, client, replaced)).isEqualTo(expected);
    }
  }

  private static byte[] encrypted(RSAPublicKey key, byte[] secret) throws Exception {
    Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding", "SunJCE");
    cipher.init(Cipher.ENCRYPT_MODE, key);
    return cipher.doFinal(secret);
  }

  /** The alert with which the server ends a handshake in which this was the encrypted premaster secret. */
  private static byte[] answerTo(SSLContext server, SSLContext client, byte[] premaster) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    InetAddress here = InetAddress.getLoopbackAddress();
    try (SSLServerSocket listening = (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1, here);
        ServerSocket middle = new ServerSocket(0, 1, here)) {
      listening.setEnabledCipherSuites(new String[] {SUITE});
      Future<?> served = threads.submit(() -> {
        try (SSLSocket accepted = (SSLSocket) listening.accept()) {
          accepted.startHandshake();
          return "completed";
        }
      });
      Future<List<byte[]>> heard = threads.submit(() -> {
        try (Socket left = middle.accept(); Socket right = new Socket(here, listening.getLocalPort())) {
          Future<List<byte[]>> alerts = threads.submit(() -> relay(right, left, null));
          relay(left, right, premaster);
          return alerts.get();
        }
      });
      try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(here, middle.getLocalPort())) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.2"});
        parameters.setCipherSuites(new String[] {SUITE});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        throw new AssertionError("the client was satisfied");
      } catch (SSLException e) {
        assertThatThrownBy(served::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(IOException.class);
      }
      List<byte[]> alerts = heard.get();
      assertThat(alerts).hasSize(1);
      return alerts.get(0);
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * Passes TLS records on, until one side hangs up.
   *
   * @param premaster in place of what the ClientKeyExchange holds; null to change nothing
   * @return the alerts among them
   */
  private static List<byte[]> relay(Socket from, Socket to, byte[] premaster) throws IOException {
    List<byte[]> alerts = new ArrayList<>();
    boolean replaced = premaster == null;
    DataInputStream in = new DataInputStream(from.getInputStream());
    OutputStream out = to.getOutputStream();
    try {
      while (true) {
        byte[] header = in.readNBytes(5);
        if (header.length < 5) {
          return alerts;
        }
        byte[] fragment = new byte[(header[3] & 0xff) << 8 | header[4] & 0xff];
        in.readFully(fragment);
        if (header[0] == ALERT) {
          alerts.add(fragment);
        }
        if (!replaced && header[0] == HANDSHAKE && fragment[0] == CLIENT_KEY_EXCHANGE) {
          // Four bytes of header, two of length.
          assertThat(fragment).hasSize(6 + premaster.length);
          System.arraycopy(premaster, 0, fragment, 6, premaster.length);
          replaced = true;
        }
        out.write(header);
        out.write(fragment);
      }
    } catch (SocketException | EOFException e) {
      return alerts;
    }
  }
}
