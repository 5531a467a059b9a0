package org.keyhaven.client.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.RequestNotExecutedException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends one request and reads one answer; with its senders the only caller of HttpClient 5. Connections are pooled and kept
 * alive. Nothing is followed, repeated, decompressed or remembered here: no redirects, retries, cookies or cached authentication.
 */
public final class Exchange implements AutoCloseable {
  private static final int LONGEST_LINE = 32 * 1024;
  private static final int MOST_HEADERS = 100;
  static final String USER_AGENT = "keyhaven-client";

  private final Settings settings;
  private final ConnectionAhead ahead;
  private final Sender sender;
  private final Watchdog watchdog = new Watchdog();
  private volatile boolean closed;

  /**
   * @param connectTimeout for one TCP connection, and for one TLS handshake
   * @param maxConnections in all
   * @param idleTimeToLive a connection that was not used for longer is not used again
   * @param proxies chooses the HTTP proxy of an address
   * @param maxAnswerBytes larger bodies end in {@link AnswerTooLargeException}
   * @param plainHttp whether {@code http} addresses may be called too
   */
  public record Settings(Trusted trust, Duration connectTimeout, int maxConnections, Duration idleTimeToLive,
      Proxies proxies, int maxAnswerBytes, boolean plainHttp) { }

  public Exchange(Settings settings) {
    this(settings, null);
  }

  /** @param ahead closed with this object; null for none */
  public Exchange(Settings settings, ConnectionAhead ahead) {
    this.settings = settings;
    this.ahead = ahead;
    BodyReader bodies = new BodyReader(settings.maxAnswerBytes());
    PoolingHttpClientConnectionManager connections = connections(settings, ahead);
    TimeValue keptAlive = TimeValue.of(settings.idleTimeToLive());
    this.sender = settings.proxies().selector() == null ? new DirectSender(connections, keptAlive, bodies)
        : new ProxySender(connections, keptAlive, bodies, settings.proxies());
  }

  private static PoolingHttpClientConnectionManager connections(Settings settings, ConnectionAhead ahead) {
    // Made when there is a connection to secure: what is trusted may not be known before.
    TlsSocketStrategy tls = (socket, host, port, attachment, context) ->
        settings.trust().forSockets().upgrade(socket, host, port, attachment, context);
    Http1Config http1 = http1();
    PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
        new ConnectionOperator(tls, SystemDefaultDnsResolver.INSTANCE, ahead), PoolConcurrencyPolicy.STRICT, PoolReusePolicy.LIFO,
        TimeValue.NEG_ONE_MILLISECOND, socket -> new UnloggedConnection(http1));
    connections.setMaxTotal(settings.maxConnections());
    connections.setDefaultMaxPerRoute(settings.maxConnections());
    connections.setDefaultConnectionConfig(ConnectionConfig.custom()
        .setConnectTimeout(Timeout.of(settings.connectTimeout()))
        .setIdleTimeout(Timeout.of(settings.idleTimeToLive()))
        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
        .build());
    return connections;
  }

  static Http1Config http1() {
    return Http1Config.custom().setMaxLineLength(LONGEST_LINE).setMaxHeaderCount(MOST_HEADERS).build();
  }

  /**
   * Sends a request.
   *
   * @param headers by name
   * @param body null for none
   * @param contentType of the body; may be null
   * @throws DeadlinePassedException when there is no complete answer by the deadline; the exchange has been cancelled
   * @throws InterruptedIOException when the thread was interrupted; its interrupt status is set
   * @throws ProxyRefusedException when the answer is a proxy's and not the server's
   * @throws AnswerTooLargeException when the body is larger than the settings allow
   * @throws IllegalStateException when this object was closed
   * @throws IOException when the exchange failed otherwise; {@link #neverSent} tells whether the request may have arrived
   */
  public Answer send(String method, URI uri, Map<String, String> headers, byte[] body, String contentType, Deadline deadline)
      throws IOException {
    if (!settings.plainHttp() && !"https".equals(uri.getScheme())) {
      throw new IllegalArgumentException("not an https address: " + uri);
    }
    if (deadline.passed()) {
      throw new DeadlinePassedException(deadline, null);
    }
    Sending sending = sender.prepare(new Outgoing(method, uri, headers, body, contentType), deadline);
    try (Watchdog.Watch watch = watchdog.watch(sending, deadline)) {
      try {
        return sending.send();
      } catch (IOException e) {
        throw watch.explain(e);
      } catch (IllegalStateException e) {
        // The word for a pool that was closed, and for an exchange cancelled between two of its steps.
        if (closed) {
          throw e;
        }
        throw watch.explain(new IOException("the exchange was broken off", e));
      }
    }
  }

  /** Whether a failure of {@link #send} came before any of the request was sent. */
  public static boolean neverSent(IOException failure) {
    return failure instanceof ConnectException || failure instanceof UnknownHostException
        || failure instanceof NoRouteToHostException || failure instanceof ConnectTimeoutException
        || failure instanceof SSLHandshakeException || failure instanceof SSLPeerUnverifiedException
        || failure instanceof ProxyRefusedException || failure instanceof RequestNotExecutedException;
  }

  /** Whether a failure of {@link #send} is that no connection came about in time. */
  public static boolean connectTimedOut(Throwable failure) {
    return failure instanceof ConnectTimeoutException;
  }

  @Override
  public void close() {
    closed = true;
    if (ahead != null) {
      ahead.close();
    }
    sender.close();
    watchdog.stop();
  }
}
