package org.keyhaven.client.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.util.Timeout;

/**
 * One TLS connection, made on a thread of its own before anybody asks for it: in a JVM that has just started that takes as long as all
 * the rest of a first call, which so goes on meanwhile. It is given to the first who connects to its host, once, and only within
 * {@link #KEPT} of having been made. One that does not come about is nobody's failure: who asks then connects as ever, and hears what
 * is wrong. Thread-safe.
 */
public final class ConnectionAhead implements AutoCloseable {
  private static final int HTTPS = 443;
  /** Not so long that a server would have given up on it. */
  static final Duration KEPT = Duration.ofSeconds(5);

  private final URI server;
  private final HttpHost host;
  private final Trusted trust;
  private final Timeout timeout;
  private final CompletableFuture<Made> made = new CompletableFuture<>();
  private final AtomicBoolean owned = new AtomicBoolean();
  private final CountDownLatch claimed = new CountDownLatch(1);

  /** A connection after its handshake. */
  record Made(Socket plain, SSLSocket secured) { }

  private ConnectionAhead(URI server, Trusted trust, Duration timeout) {
    this.server = server;
    // The name of an IPv6 address keeps its brackets, as it does where connections are asked for.
    this.host = new HttpHost("https", server.getHost(), server.getPort() < 0 ? HTTPS : server.getPort());
    this.trust = trust;
    this.timeout = Timeout.of(timeout);
  }

  /**
   * Begins to connect, unless the JVM's settings put a proxy in between.
   *
   * @param server https
   * @param timeout for one TCP connection, and for each read of a TLS handshake
   */
  public static ConnectionAhead to(URI server, Trusted trust, Duration timeout) {
    ConnectionAhead ahead = new ConnectionAhead(server, trust, timeout);
    Thread thread = new Thread(ahead::run, "keyhaven-connect");
    thread.setDaemon(true);
    thread.start();
    return ahead;
  }

  private void run() {
    Made connection;
    try {
      connection = connect();
    } catch (IOException | RuntimeException | Error e) {
      made.completeExceptionally(e);
      return;
    }
    if (!made.complete(connection)) {
      close(connection);
      return;
    }
    try {
      claimed.await(KEPT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (claim()) {
      close(connection);
    }
  }

  private Made connect() throws IOException {
    TlsSocketStrategy tls = trust.forSockets();
    if (Proxies.system(server) != Proxies.NONE) {
      throw new IOException("behind a proxy");
    }
    IOException failure = null;
    for (InetAddress address : InetAddress.getAllByName(host.getHostName())) {
      Socket socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(address, host.getPort()), ConnectionOperator.millis(timeout));
        return new Made(socket, ConnectionOperator.secured(tls, socket, host, timeout, null, null));
      } catch (IOException e) {
        ConnectionOperator.closeAfter(e, socket);
        failure = e;
      } catch (RuntimeException e) {
        ConnectionOperator.closeAfter(e, socket);
        throw e;
      }
    }
    throw failure;
  }

  /** Who is the first to claim it answers for what becomes of the connection. */
  private boolean claim() {
    boolean first = owned.compareAndSet(false, true);
    claimed.countDown();
    return first;
  }

  /**
   * The connection, waited for while it is being made, though not for longer than its timeout and the deadline.
   *
   * @return null when there is none to be had for this host, or none any more, or the thread is interrupted
   */
  Made take(HttpHost wanted, Deadline deadline) {
    if (!wanted.getSchemeName().equals(host.getSchemeName()) || !wanted.getHostName().equals(host.getHostName())
        || wanted.getPort() != host.getPort() || !claim()) {
      return null;
    }
    try {
      return made.get(Math.min(timeout.toNanoseconds(), deadline.remainingNanos()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | CancellationException e) {
      return null;
    } catch (TimeoutException e) {
      return given();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return given();
    }
  }

  /** What was made, or null when it was not, and then it is closed once it is. */
  private Made given() {
    return made.cancel(false) || made.isCompletedExceptionally() ? null : made.join();
  }

  /** Nobody waits for the connection any more; closes it unless somebody has it. */
  @Override
  public void close() {
    Made connection = given();
    if (connection != null && claim()) {
      close(connection);
    }
  }

  private static void close(Made connection) {
    try {
      connection.secured().close();
    } catch (IOException e) {
      // Nothing was sent over it that could be lost.
      return;
    }
  }
}
