package org.keyhaven.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server that answers with the bytes it is told to, and breaks connections off where it is told to. */
final class RawVault implements AutoCloseable {
  /** TCP connections accepted, and whole requests read. */
  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger requests = new AtomicInteger();
  private final ServerSocket server;
  private final SSLContext tls;
  private final Behaviour behaviour;

  /** What is done with a connection. */
  interface Behaviour {
    void serve(RawVault vault, Socket plain) throws IOException;
  }

  /** @param of whose key and certificate serve here too */
  RawVault(Path of, Behaviour behaviour) throws IOException, GeneralSecurityException {
    this(of, InetAddress.getLoopbackAddress(), behaviour);
  }

  /** @param at where it listens */
  RawVault(Path of, InetAddress at, Behaviour behaviour) throws IOException, GeneralSecurityException {
    this.server = new ServerSocket(0, 50, at);
    this.behaviour = behaviour;
    char[] password = "changeit".toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(of.resolve("server.p12"))) {
      store.load(in, password);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, password);
    tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    Thread thread = new Thread(this::accept);
    thread.setDaemon(true);
    thread.start();
  }

  /** Reset by the server before the TLS handshake. */
  static Behaviour resettingAtOnce() {
    return (vault, plain) -> reset(plain);
  }

  /** Closed by the server before the TLS handshake. */
  static Behaviour closingAtOnce() {
    return (vault, plain) -> plain.close();
  }

  /** Reset by the server once it has read the whole request. */
  static Behaviour resettingAfterTheRequest() {
    return (vault, plain) -> {
      vault.request(plain);
      reset(plain);
    };
  }

  /** @param head without the empty line that ends it */
  static Behaviour answering(String head, String body) {
    return (vault, plain) -> {
      SSLSocket secured = vault.request(plain);
      secured.getOutputStream().write((head + "\r\nConnection: close\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
      secured.close();
    };
  }

  URI uri() {
    return URI.create("https://localhost:" + server.getLocalPort());
  }

  private static void reset(Socket plain) throws IOException {
    plain.setSoLinger(true, 0);
    plain.close();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket plain = server.accept();
        connections.incrementAndGet();
        behaviour.serve(this, plain);
      } catch (IOException e) {
        // The client hung up, or the test is over.
        continue;
      }
    }
  }

  /** Reads one request whole; its body is not longer than a packet. */
  private SSLSocket request(Socket plain) throws IOException {
    SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
    secured.setUseClientMode(false);
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[8192];
    while (!whole(text)) {
      int read = secured.getInputStream().read(buffer);
      if (read < 0) {
        throw new IOException("no whole request");
      }
      text.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
    }
    requests.incrementAndGet();
    return secured;
  }

  private static boolean whole(CharSequence text) {
    String all = text.toString();
    int end = all.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    int announced = all.substring(0, end).lines().filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
        .mapToInt(line -> Integer.parseInt(line.substring(15).strip())).findFirst().orElse(0);
    return all.length() >= end + 4 + announced;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
