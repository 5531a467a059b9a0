package org.keyhaven.jmh.tls;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** One side of handshakes: a full one each time, then one byte from server to client, and the end. Thread-safe. */
final class Endpoint {
  private static final int BACKLOG = 64;
  /** A peer that is gone ends a benchmark. */
  private static final int PATIENCE_MILLIS = 30_000;

  private final SSLContext context;
  private final Handshake handshake;
  private final AtomicLong connections = new AtomicLong();

  Endpoint(SSLContext context, Handshake handshake) {
    this.context = context;
    this.handshake = handshake;
    context.getClientSessionContext().setSessionCacheSize(1);
  }

  /** @param clientsToo whether clients have to show a certificate */
  SSLServerSocket listen(boolean clientsToo) throws IOException {
    SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory()
        .createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    listener.setEnabledProtocols(new String[] {handshake.protocol()});
    listener.setNeedClientAuth(clientsToo);
    return listener;
  }

  /** Serves one connection. */
  void serve(SSLServerSocket listener) throws IOException {
    try (SSLSocket socket = (SSLSocket) listener.accept()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.startHandshake();
      handshake.check(socket.getSession());
      socket.getOutputStream().write(1);
    }
  }

  /** Opens one connection. Each time to a server of another name, as far as TLS can tell: no session is resumed. */
  void connect(int port) throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
        .createSocket(plain, "server" + connections.incrementAndGet(), port, true)) {
      socket.setEnabledProtocols(new String[] {handshake.protocol()});
      socket.startHandshake();
      handshake.check(socket.getSession());
      if (socket.getInputStream().read() != 1) {
        throw new EOFException("the server said nothing");
      }
    }
  }
}
