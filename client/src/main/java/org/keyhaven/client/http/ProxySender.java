package org.keyhaven.client.http;

import java.io.IOException;
import java.util.List;
import org.apache.hc.client5.http.auth.AuthSchemeFactory;
import org.apache.hc.client5.http.auth.StandardAuthScheme;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.cookie.CookieSpecFactory;
import org.apache.hc.client5.http.impl.auth.BasicSchemeFactory;
import org.apache.hc.client5.http.impl.auth.DigestSchemeFactory;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** Sends requests through HttpClient, which asks a selector for the proxy of each, opens tunnels and signs in there. */
final class ProxySender implements Sender {
  private final CloseableHttpClient client;
  private final BodyReader bodies;

  /** @param keptAlive how long an idle connection may be used again, unless the server says less */
  ProxySender(HttpClientConnectionManager connections, TimeValue keptAlive, BodyReader bodies, Proxies proxies) {
    this.bodies = bodies;
    this.client = HttpClientBuilder.create()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(RequestConfig.custom()
            // The watchdog bounds waiting for a connection and for the answer; a timeout per read would cost system calls.
            .setConnectionRequestTimeout(Timeout.ofDays(1))
            .setProtocolUpgradeEnabled(false)
            .setConnectionKeepAlive(keptAlive)
            .build())
        // Empty, because the default registry loads the public suffix list at start.
        .setDefaultCookieSpecRegistry(RegistryBuilder.<CookieSpecFactory>create().build())
        .disableCookieManagement()
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableContentCompression()
        .disableAuthCaching()
        .disableConnectionState()
        // Also of what is said to proxies, which else would hear the versions of HttpClient and Java.
        .setUserAgent(Exchange.USER_AGENT)
        .setRoutePlanner(new SystemDefaultRoutePlanner(proxies.selector()))
        .setDefaultAuthSchemeRegistry(RegistryBuilder.<AuthSchemeFactory>create()
            .register(StandardAuthScheme.BASIC, BasicSchemeFactory.INSTANCE)
            .register(StandardAuthScheme.DIGEST, DigestSchemeFactory.INSTANCE)
            .build())
        .setDefaultCredentialsProvider(proxies.credentials())
        // A server that asks for a password gets none, whatever the proxy's is.
        .setTargetAuthenticationStrategy((type, challenges, context) -> List.of())
        .build();
  }

  @Override
  public Sending prepare(Outgoing request, Deadline deadline) {
    return new Proxied(request, request.into(new HttpUriRequestBase(request.method(), request.uri())), deadline);
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }

  private final class Proxied implements Sending {
    private final Outgoing outgoing;
    private final HttpUriRequestBase request;
    private final Deadline deadline;

    private Proxied(Outgoing outgoing, HttpUriRequestBase request, Deadline deadline) {
      this.outgoing = outgoing;
      this.request = request;
      this.deadline = deadline;
    }

    @Override
    public boolean cancel() {
      return request.cancel();
    }

    @Override
    public Answer send() throws IOException {
      HttpClientContext context = HttpClientContext.create();
      context.setAttribute(ConnectionOperator.DEADLINE, deadline);
      try (ClassicHttpResponse response = client.executeOpen(null, request, context)) {
        if (context.getSSLSession() == null && outgoing.isSecure()) {
          // HttpClient passes on what a proxy says in place of a tunnel as if the server had said it.
          throw new ProxyRefusedException(response.getCode());
        }
        return new Answer(response, bodies.read(response.getEntity()));
      }
    }
  }
}
