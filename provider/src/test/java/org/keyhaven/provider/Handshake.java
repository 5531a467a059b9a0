package org.keyhaven.provider;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * One TLS connection over the loopback interface, one byte each way.
 *
 * @param serverName the host that the client names (SNI); null for none
 */
record Handshake(SSLContext server, SSLContext client, String protocol, String suite, boolean mutual, String serverName) {

  /** What each side says of a handshake that fails. */
  record Failure(Throwable server, SSLException client) { }

  /** The key exchange is authenticated with a key of this type. */
  static String suite(String protocol, String type) {
    if (protocol.equals("TLSv1.3")) {
      return "TLS_AES_128_GCM_SHA256";
    }
    return type.equals("RSA") ? "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" : "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
  }

  /** @param trusted null for what the JDK trusts, where nobody is asked to authenticate */
  static SSLContext context(KeyManager[] keys, KeyStore trusted) throws GeneralSecurityException {
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

  /** Trusts every certificate of a key store. */
  static KeyStore trusting(KeyStore store) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (String alias : Collections.list(store.aliases())) {
      if (store.getCertificate(alias) != null) {
        trusted.setCertificateEntry(alias, store.getCertificate(alias));
      }
    }
    return trusted;
  }

  /** The client's session, both sides having read what the other wrote. */
  SSLSession succeed() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (SSLServerSocket listening = listen()) {
      Future<Integer> echo = thread.submit(() -> echo(listening));
      try (SSLSocket socket = connect(listening)) {
        exchange(socket);
        if (echo.get() != 42) {
          throw new AssertionError("the server read something else");
        }
        return socket.getSession();
      }
    } finally {
      thread.shutdownNow();
    }
  }

  /** How it fails; that it does not is an error. */
  Failure fail() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (SSLServerSocket listening = listen()) {
      Future<Integer> echo = thread.submit(() -> echo(listening));
      try (SSLSocket socket = connect(listening)) {
        exchange(socket);
        throw new AssertionError("the handshake was completed: " + socket.getSession());
      } catch (SSLException client) {
        try {
          throw new AssertionError("the server read " + echo.get());
        } catch (ExecutionException server) {
          return new Failure(server.getCause(), client);
        }
      }
    } finally {
      thread.shutdownNow();
    }
  }

  private SSLServerSocket listen() throws IOException {
    SSLServerSocket listening =
        (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    listening.setNeedClientAuth(mutual);
    listening.setEnabledCipherSuites(new String[] {suite});
    return listening;
  }

  private static int echo(SSLServerSocket listening) throws IOException {
    try (SSLSocket accepted = (SSLSocket) listening.accept()) {
      int read = accepted.getInputStream().read();
      accepted.getOutputStream().write(read);
      return read;
    }
  }

  private SSLSocket connect(SSLServerSocket listening) throws IOException {
    SSLSocket socket =
        (SSLSocket) client.getSocketFactory().createSocket(listening.getInetAddress(), listening.getLocalPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {protocol});
    parameters.setCipherSuites(new String[] {suite});
    if (serverName != null) {
      parameters.setServerNames(List.of(new SNIHostName(serverName)));
    }
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static void exchange(SSLSocket socket) throws IOException {
    socket.getOutputStream().write(42);
    int read = socket.getInputStream().read();
    if (read != 42) {
      throw new AssertionError("the client read " + read);
    }
  }
}
