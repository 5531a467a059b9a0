package org.keyhaven.client.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HeaderElements;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends requests straight to their servers. HttpClient's own chain of links is left out: it is for redirects, retries, cookies, passwords
 * and proxies, none of which there are here, and was 6 % of the CPU time of a JVM's first signature.
 */
final class DirectSender implements Sender {
  private final HttpClientConnectionManager connections;
  private final TimeValue keptAlive;
  private final BodyReader bodies;
  private final ConnectionEndpoint.RequestExecutor executor = new HttpRequestExecutor()::execute;

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
  public void close(CloseMode mode) {
    connections.close(mode);
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

    /** What comes about after it, a next look closes. */
    @Override
    public boolean cancel() {
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
      URIAuthority server = request.getAuthority();
      if (server.getUserInfo() != null) {
        throw new ClientProtocolException("an address with a user in it");
      }
      request.setHeader(HttpHeaders.HOST, server);
      if (request.getEntity() != null) {
        request.setHeader(HttpHeaders.CONTENT_LENGTH, request.getEntity().getContentLength());
      } else if (!"GET".equals(outgoing.method()) && !"DELETE".equals(outgoing.method())) {
        // That there is no body must be said where there could be one (RFC 9110, section 8.6).
        request.setHeader(HttpHeaders.CONTENT_LENGTH, 0);
      }
      endpoint = leased(new HttpHost(request.getScheme(), server.getHostName(),
          DefaultSchemePortResolver.INSTANCE.resolve(request.getScheme(), server)));
      TimeValue reuse = null;
      try {
        refuseIfCancelled();
        HttpCoreContext context = HttpCoreContext.create();
        context.setAttribute(ConnectionOperator.DEADLINE, deadline);
        if (!endpoint.isConnected()) {
          connections.connect(endpoint, null, context);
          refuseIfCancelled();
        }
        ClassicHttpResponse response = endpoint.execute(null, request, executor, context);
        TimeValue reuseOfWhole =
            DefaultConnectionReuseStrategy.INSTANCE.keepAlive(request, response, context) ? keptAlive(response) : null;
        Answer answer = new Answer(response, bodies.read(response.getEntity()));
        reuse = reuseOfWhole;
        return answer;
      } catch (HttpException e) {
        throw new ClientProtocolException(e);
      } finally {
        if (reuse == null) {
          endpoint.close(CloseMode.IMMEDIATE);
        }
        connections.release(endpoint, null, reuse);
      }
    }

    private ConnectionEndpoint leased(HttpHost server) throws IOException {
      // The watchdog bounds waiting for a connection and for the answer; a timeout per read would cost system calls.
      Timeout forever = Timeout.ofDays(1);
      lease = connections.lease(null, new HttpRoute(server, null, outgoing.isSecure()), forever, null);
      refuseIfCancelled();
      try {
        return lease.get(forever);
      } catch (InterruptedException e) {
        lease.cancel();
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for a connection");
      } catch (ExecutionException | TimeoutException e) {
        lease.cancel();
        throw new IOException("no connection is to be had", e);
      }
    }

    private void refuseIfCancelled() {
      if (cancelled) {
        throw new IllegalStateException("cancelled");
      }
    }
  }

  private TimeValue keptAlive(ClassicHttpResponse response) {
    return response.containsHeader(HeaderElements.KEEP_ALIVE)
        ? DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, HttpClientContext.create()) : keptAlive;
  }
}
