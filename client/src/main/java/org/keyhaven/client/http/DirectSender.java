package org.keyhaven.client.http;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HeaderElements;
import org.apache.hc.core5.http.HttpConnection;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends requests straight to their servers. HttpClient's own chain of links is left out: it is for redirects, retries,
 * cookies, passwords and proxies, none of which there are here, and was 6 % of the CPU time of a JVM's first signature. What
 * it puts into requests and refuses is put in and refused here too.
 */
final class DirectSender implements Sender {
  private static final Set<String> METHODS_WITH_BODY = Set.of("POST", "PUT", "PATCH");

  private final HttpClientConnectionManager connections;
  private final TimeValue keptAlive;
  private final BodyReader bodies;
  private final HttpRequestExecutor executor = new HttpRequestExecutor();

  /** @param keptAlive how long an idle connection may be used again, unless the server says less */
  DirectSender(HttpClientConnectionManager connections, TimeValue keptAlive, BodyReader bodies) {
    this.connections = connections;
    this.keptAlive = keptAlive;
    this.bodies = bodies;
  }

  @Override
  public Sending prepare(Outgoing request, Deadline deadline) {
    return new Direct(request, deadline);
  }

  @Override
  public void close() {
    connections.close(CloseMode.IMMEDIATE);
  }

  private final class Direct implements Sending {
    private final Outgoing outgoing;
    private final Deadline deadline;
    private volatile LeaseRequest lease;
    private volatile ConnectionEndpoint endpoint;
    private volatile boolean cancelled;

    private Direct(Outgoing outgoing, Deadline deadline) {
      this.outgoing = outgoing;
      this.deadline = deadline;
    }

    /** What comes about after it, a next look closes. Excludes {@link #giveBack}: what it closes is still this request's. */
    @Override
    public synchronized boolean cancel() {
      cancelled = true;
      if (lease != null) {
        lease.cancel();
      }
      if (endpoint != null) {
        // Does nothing once the connection was given back.
        endpoint.close(CloseMode.IMMEDIATE);
      }
      return true;
    }

    @Override
    public Answer send() throws IOException {
      ClassicHttpRequest request = outgoing.into(new BasicClassicHttpRequest(outgoing.method(), outgoing.uri()));
      HttpHost server = server(request);
      complete(request);
      endpoint = leased(server);
      TimeValue reuse = null;
      try {
        refuseIfCancelled();
        HttpCoreContext context = HttpCoreContext.create();
        context.setAttribute(ConnectionOperator.DEADLINE, deadline);
        if (!endpoint.isConnected()) {
          connections.connect(endpoint, null, context);
          refuseIfCancelled();
        }
        ClassicHttpResponse response = endpoint.execute(null, request, DirectSender.this::execute, context);
        TimeValue reuseOfWhole =
            DefaultConnectionReuseStrategy.INSTANCE.keepAlive(request, response, context) ? keptAlive(response) : null;
        Answer answer = new Answer(response, bodies.read(response.getEntity()));
        reuse = reuseOfWhole;
        return answer;
      } catch (HttpException e) {
        throw new ClientProtocolException(e.getMessage(), e);
      } finally {
        giveBack(reuse);
      }
    }

    private ConnectionEndpoint leased(HttpHost server) throws IOException {
      // The watchdog bounds waiting for a connection and for the answer; a timeout per read would cost system calls.
      Timeout forever = Timeout.ofDays(1);
      lease = connections.lease(null, new HttpRoute(server, null, outgoing.isSecure()), forever, null);
      if (cancelled) {
        // Perhaps before there was a lease to cancel.
        lease.cancel();
      }
      while (true) {
        try {
          return lease.get(forever);
        } catch (InterruptedException e) {
          // Asked again, it says that it is cancelled, or gives what came in the same moment and else were leased for ever.
          lease.cancel();
          Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
          throw new IOException("no connection is to be had", e);
        }
      }
    }

    /** @param reuse how long the connection may be used again; null for not at all */
    private synchronized void giveBack(TimeValue reuse) {
      if (reuse == null) {
        endpoint.close(CloseMode.IMMEDIATE);
      }
      connections.release(endpoint, null, reuse);
    }

    private void refuseIfCancelled() {
      if (cancelled) {
        throw new IllegalStateException("cancelled");
      }
    }
  }

  private static HttpHost server(ClassicHttpRequest request) throws ClientProtocolException {
    URIAuthority server = request.getAuthority();
    if (request.getScheme() == null || server == null) {
      throw new ClientProtocolException("an address without a server in it");
    }
    if (server.getUserInfo() != null) {
      throw new ClientProtocolException("an address with a user in it");
    }
    int port = DefaultSchemePortResolver.INSTANCE.resolve(request.getScheme(), server);
    if (port < 0) {
      throw new ClientProtocolException("an address that is not one of HTTP: its scheme is " + request.getScheme());
    }
    return new HttpHost(request.getScheme(), server.getHostName(), port);
  }

  /** Adds the headers that follow from the address and the body. */
  private static void complete(ClassicHttpRequest request) throws ClientProtocolException {
    if (request.containsHeader(HttpHeaders.CONTENT_LENGTH) || request.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
      // Two words for how long the body is are how requests are smuggled (RFC 9112, section 11.2).
      throw new ClientProtocolException("a request that says itself how long its body is");
    }
    if (!request.containsHeader(HttpHeaders.HOST)) {
      request.setHeader(HttpHeaders.HOST, request.getAuthority());
    }
    if (request.getEntity() != null) {
      request.setHeader(HttpHeaders.CONTENT_LENGTH, request.getEntity().getContentLength());
    } else if (METHODS_WITH_BODY.contains(request.getMethod())) {
      // That there is no body must be said where there could be one (RFC 9110, section 8.6).
      request.setHeader(HttpHeaders.CONTENT_LENGTH, 0);
    }
  }

  private ClassicHttpResponse execute(ClassicHttpRequest request, HttpClientConnection connection, HttpContext context)
      throws IOException, HttpException {
    return executor.execute(request, connection, DirectSender::refuseOtherProtocol, context);
  }

  /** Nobody asked for another one, in which no answer would ever come (RFC 9110, section 15.2.2). */
  private static void refuseOtherProtocol(HttpResponse interim, HttpConnection connection, HttpContext context)
      throws HttpException {
    if (interim.getCode() == HttpStatus.SC_SWITCHING_PROTOCOLS) {
      throw new ProtocolException("the server switches to another protocol");
    }
  }

  private TimeValue keptAlive(ClassicHttpResponse response) {
    if (!response.containsHeader(HeaderElements.KEEP_ALIVE)) {
      return keptAlive;
    }
    HttpClientContext context = HttpClientContext.create();
    context.setRequestConfig(RequestConfig.custom().setConnectionKeepAlive(keptAlive).build());
    return DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context);
  }
}
