package org.keyhaven.client.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ConnectExceptionSupport;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Opens TCP connections and lays TLS over them. HttpClient's own operator does the same, but links to the module jdk.net for
 * keep-alive intervals that nobody sets here, and keytool and jarsigner run without that module. Thread-safe.
 */
final class ConnectionOperator implements HttpClientConnectionOperator {
  /** The attribute of a context that holds its exchange's {@link Deadline}. */
  static final String DEADLINE = "keyhaven.deadline";

  private final TlsSocketStrategy tls;
  private final DnsResolver names;
  private final ConnectionAhead ahead;

  /** @param ahead serves one connection to its host; null for none */
  ConnectionOperator(TlsSocketStrategy tls, DnsResolver names, ConnectionAhead ahead) {
    this.tls = tls;
    this.names = names;
    this.ahead = ahead;
  }

  @Override
  public void connect(ManagedHttpClientConnection connection, HttpHost host, InetSocketAddress localAddress,
      TimeValue timeout, SocketConfig config, HttpContext context) throws IOException {
    connect(connection, host, host, localAddress, timeout == null ? null : Timeout.of(timeout.toDuration()), config, null,
        context);
  }

  /** Tries each address of the host in turn; the timeout is for each. */
  @Override
  public void connect(ManagedHttpClientConnection connection, HttpHost host, NamedEndpoint endpoint,
      InetSocketAddress localAddress, Timeout timeout, SocketConfig config, Object attachment, HttpContext context)
      throws IOException {
    Deadline deadline = (Deadline) context.getAttribute(DEADLINE);
    ConnectionAhead.Made made = ahead == null ? null : ahead.take(host, deadline);
    if (made != null) {
      connection.bind(made.secured(), made.plain());
      return;
    }
    List<InetSocketAddress> addresses = addresses(host, timeout, deadline);
    for (int i = 0; i < addresses.size(); i++) {
      Socket socket = new Socket();
      try {
        connection.bind(socket);
        socket.setTcpNoDelay(config.isTcpNoDelay());
        socket.connect(addresses.get(i), millis(timeout));
        connection.bind(socket);
        if ("https".equalsIgnoreCase(host.getSchemeName())) {
          connection.bind(secured(tls, socket, endpoint == null ? host : endpoint, timeout, attachment, context), socket);
        }
        return;
      } catch (IOException e) {
        closeAfter(e, socket);
        if (i == addresses.size() - 1) {
          throw ConnectExceptionSupport.enhance(explained(host, e), host,
              addresses.stream().map(InetSocketAddress::getAddress).toArray(InetAddress[]::new));
        }
      } catch (RuntimeException e) {
        closeAfter(e, socket);
        throw e;
      }
    }
  }

  @Override
  public void upgrade(ManagedHttpClientConnection connection, HttpHost host, HttpContext context) throws IOException {
    upgrade(connection, host, host, null, context);
  }

  /** TLS through the tunnel of a proxy. */
  @Override
  public void upgrade(ManagedHttpClientConnection connection, HttpHost host, NamedEndpoint endpoint, Object attachment,
      HttpContext context) throws IOException {
    Socket socket = connection.getSocket();
    if (socket == null) {
      throw new IOException("the connection to " + host + " is closed");
    }
    try {
      connection.bind(secured(tls, socket, endpoint == null ? host : endpoint, null, attachment, context), socket);
    } catch (IOException e) {
      throw explained(host, e);
    }
  }

  /** @param timeout of each read in the handshake; null for none */
  static SSLSocket secured(TlsSocketStrategy tls, Socket socket, NamedEndpoint endpoint, Timeout timeout, Object attachment,
      HttpContext context) throws IOException {
    int usual = socket.getSoTimeout();
    if (timeout != null) {
      socket.setSoTimeout(millis(timeout));
    }
    SSLSocket secured = tls.upgrade(socket, endpoint.getHostName(),
        DefaultSchemePortResolver.INSTANCE.resolve("https", endpoint), attachment, context);
    socket.setSoTimeout(usual);
    return secured;
  }

  /**
   * Tells a connection that never came about from one that broke later, when a request may have been sent. A server that restarts hangs
   * up in the handshake, and there is nothing wrong with anybody's certificate then.
   */
  static IOException explained(NamedEndpoint endpoint, IOException failure) {
    boolean hungUp = failure instanceof SSLException
        && (failure.getCause() instanceof EOFException || failure.getCause() instanceof SocketException);
    if (failure instanceof ConnectException || failure instanceof NoRouteToHostException
        || !hungUp && !(failure instanceof SocketException)) {
      return failure;
    }
    return brokenOff(endpoint, failure);
  }

  static ConnectException brokenOff(NamedEndpoint endpoint, Throwable failure) {
    ConnectException broken = new ConnectException("the connection to " + endpoint.getHostName()
        + " was broken off before it was secure");
    broken.initCause(failure);
    return broken;
  }

  /** A lookup can be neither interrupted nor bounded, and takes minutes with some resolvers: so it is waited for from outside. */
  private List<InetSocketAddress> addresses(HttpHost host, Timeout timeout, Deadline deadline) throws IOException {
    int port = DefaultSchemePortResolver.INSTANCE.resolve(host.getSchemeName(), host);
    if (host.getAddress() != null) {
      return List.of(new InetSocketAddress(host.getAddress(), port));
    }
    FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> names.resolve(host.getHostName()));
    Thread thread = new Thread(lookup, "keyhaven-lookup");
    thread.setDaemon(true);
    thread.start();
    try {
      List<InetSocketAddress> addresses = new ArrayList<>();
      for (InetAddress address : lookup.get(
          Math.min(timeout == null ? Long.MAX_VALUE : timeout.toNanoseconds(), deadline.remainingNanos()), TimeUnit.NANOSECONDS)) {
        addresses.add(new InetSocketAddress(address, port));
      }
      return addresses;
    } catch (TimeoutException e) {
      throw new ConnectTimeoutException("the host name " + host.getHostName() + " was not looked up in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while looking up a host name");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure
          : new IOException("the host name " + host.getHostName() + " cannot be looked up", e.getCause());
    }
  }

  static int millis(Timeout timeout) {
    return timeout == null ? 0 : timeout.toMillisecondsIntBound();
  }

  static void closeAfter(Exception failure, Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
