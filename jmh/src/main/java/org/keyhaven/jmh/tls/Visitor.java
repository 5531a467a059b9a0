package org.keyhaven.jmh.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * An HTTPS client that asks for one page a connection, with a full handshake each time. Not the JDK's own, which always
 * offers to resume what it remembers of a server. Thread-safe.
 */
final class Visitor {
  private static final byte[] QUESTION =
      "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final String GOOD = "HTTP/1.1 200 ";

  private final SSLContext context;
  private final Handshake handshake;
  private final AtomicLong connections = new AtomicLong();

  Visitor(SSLContext context, Handshake handshake) {
    this.context = context;
    this.handshake = handshake;
    context.getClientSessionContext().setSessionCacheSize(1);
  }

  /** Opens one connection. Each time to a server of another name, as far as TLS can tell: no session is resumed. */
  void visit(int port) throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    plain.setTcpNoDelay(true); // what is written last would wait for the acknowledgement of what was written before
    try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
        .createSocket(plain, "server" + connections.incrementAndGet(), port, true)) {
      socket.setEnabledProtocols(new String[] {handshake.protocol()});
      socket.startHandshake();
      handshake.check(socket.getSession());
      socket.getOutputStream().write(QUESTION);
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (!answer.startsWith(GOOD)) {
        throw new IOException("the server said: " + answer);
      }
    }
  }
}
