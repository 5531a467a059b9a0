package org.keyhaven.client.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.auth.AuthSchemeFactory;
import org.apache.hc.client5.http.auth.StandardAuthScheme;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.cookie.CookieSpecFactory;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.auth.BasicSchemeFactory;
import org.apache.hc.client5.http.impl.auth.DigestSchemeFactory;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.RequestNotExecutedException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.Lookup;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends one request and reads one answer; the only caller of HttpClient 5. Connections are pooled and kept alive. Nothing is
 * followed, repeated, decompressed or remembered here: no redirects, retries, cookies or cached authentication.
 */
public final class Exchange implements AutoCloseable {
  private static final int LONGEST_LINE = 32 * 1024;
  private static final int MOST_HEADERS = 100;
  static final String USER_AGENT = "keyhaven-client";

  private final Settings settings;
  private final ConnectionAhead ahead;
  private final BodyReader bodies;
  private final CloseableHttpClient client;
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
    this.bodies = new BodyReader(settings.maxAnswerBytes());
    // Made when there is a connection to secure: what is trusted may not be known before.
    TlsSocketStrategy tls = (socket, host, port, attachment, context) ->
        settings.trust().forSockets().upgrade(socket, host, port, attachment, context);
    Http1Config http1 = http1();
    PoolingHttpClientConnectionManager connections = builder(ahead)
        // Also so that HttpClient makes none of its own, for which it would read the platform's certificates.
        .setTlsSocketStrategy(tls)
        .setMaxConnTotal(settings.maxConnections())
        .setMaxConnPerRoute(settings.maxConnections())
        .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.STRICT)
        .setConnectionFactory(socket -> connection(http1))
        .setDefaultConnectionConfig(ConnectionConfig.custom()
            .setConnectTimeout(Timeout.of(settings.connectTimeout()))
            .setIdleTimeout(Timeout.of(settings.idleTimeToLive()))
            .setValidateAfterInactivity(TimeValue.ofSeconds(1))
            .build())
        .build();
    HttpClientBuilder builder = HttpClientBuilder.create()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(RequestConfig.custom()
            // The watchdog bounds waiting for a connection and for the answer; a timeout per read would cost system calls.
            .setConnectionRequestTimeout(Timeout.ofDays(1))
            .setProtocolUpgradeEnabled(false)
            .setAuthenticationEnabled(settings.proxies().selector() != null)
            .setConnectionKeepAlive(TimeValue.of(settings.idleTimeToLive()))
            .build())
        // Empty, because the default registry loads the public suffix list at start.
        .setDefaultCookieSpecRegistry(RegistryBuilder.<CookieSpecFactory>create().build())
        .disableCookieManagement()
        // Empty too unless there is a proxy: the vault's challenges are answered above.
        .setDefaultAuthSchemeRegistry(RegistryBuilder.<AuthSchemeFactory>create().build())
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableContentCompression()
        .disableAuthCaching()
        .disableConnectionState()
        .setUserAgent(USER_AGENT);
    if (settings.proxies().selector() != null) {
      builder.setRoutePlanner(new SystemDefaultRoutePlanner(settings.proxies().selector()))
          .setDefaultAuthSchemeRegistry(proxySchemes())
          .setDefaultCredentialsProvider(settings.proxies().credentials())
          // A server that asks for a password gets none, whatever the proxy's is.
          .setTargetAuthenticationStrategy((type, challenges, context) -> List.of());
    } else {
      builder.replaceExecInterceptor(ChainElement.PROTOCOL.name(), new DirectProtocol(bodies));
    }
    this.client = builder.build();
  }

  private static Lookup<AuthSchemeFactory> proxySchemes() {
    return RegistryBuilder.<AuthSchemeFactory>create()
        .register(StandardAuthScheme.BASIC, BasicSchemeFactory.INSTANCE)
        .register(StandardAuthScheme.DIGEST, DigestSchemeFactory.INSTANCE)
        .build();
  }

  static Http1Config http1() {
    return Http1Config.custom().setMaxLineLength(LONGEST_LINE).setMaxHeaderCount(MOST_HEADERS).build();
  }

  private static ManagedHttpClientConnection connection(Http1Config config) {
    return new UnloggedConnection(config);
  }

  private static PoolingHttpClientConnectionManagerBuilder builder(ConnectionAhead ahead) {
    return new PoolingHttpClientConnectionManagerBuilder() {
      @Override
      protected HttpClientConnectionOperator createConnectionOperator(SchemePortResolver ports, DnsResolver names,
          TlsSocketStrategy tls) {
        return new ConnectionOperator(tls, SystemDefaultDnsResolver.INSTANCE, ahead);
      }
    };
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
    HttpUriRequestBase request = new HttpUriRequestBase(method, uri);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      request.setHeader(header.getKey(), header.getValue());
    }
    if (body != null) {
      if (contentType != null) {
        // A header is sent as it is; an entity's own type would be taken apart and put together again.
        request.setHeader(HttpHeaders.CONTENT_TYPE, contentType);
      }
      request.setEntity(new ByteArrayEntity(body, null));
    }
    try (Watchdog.Watch watch = watchdog.watch(request, deadline)) {
      HttpClientContext context = HttpClientContext.create();
      context.setAttribute(ConnectionOperator.DEADLINE, deadline);
      try (ClassicHttpResponse response = client.executeOpen(null, request, context)) {
        if (context.getSSLSession() == null && "https".equals(uri.getScheme())) {
          // HttpClient passes on what a proxy says in place of a tunnel as if the server had said it.
          throw new ProxyRefusedException(response.getCode());
        }
        return new Answer(response, bodies.read(response.getEntity()));
      } catch (IOException e) {
        throw watch.explain(e);
      } catch (IllegalStateException e) {
        // HttpClient's word for a pool that was closed, and for an exchange cancelled between two of its steps.
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
    client.close(CloseMode.IMMEDIATE);
    watchdog.stop();
  }
}
