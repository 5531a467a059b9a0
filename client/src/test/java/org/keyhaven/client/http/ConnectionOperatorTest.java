package org.keyhaven.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@org.junit.jupiter.api.Timeout(30)
class ConnectionOperatorTest {
  private final CountDownLatch answer = new CountDownLatch(1);

  /** As a resolver whose servers are gone. */
  private final DnsResolver silent = new DnsResolver() {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      try {
        answer.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new UnknownHostException(host);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  };

  @AfterEach
  void release() {
    answer.countDown();
  }

  private void connect(Duration connectTimeout, Duration deadline) throws Exception {
    HttpClientContext context = HttpClientContext.create();
    context.setAttribute(ConnectionOperator.DEADLINE, Deadline.after(deadline));
    HttpHost host = new HttpHost("https", "vault.example", 443);
    new ConnectionOperator((socket, target, port, attachment, at) -> {
      throw new AssertionError("nothing to secure");
    }, silent, null).connect(new UnloggedConnection(Http1Config.DEFAULT), host, host, null, Timeout.of(connectTimeout),
        SocketConfig.DEFAULT, null, context);
  }

  @Test
  void theDeadlineBoundsTheLookupOfTheName() {
    assertThatThrownBy(() -> connect(Duration.ofMinutes(5), Duration.ofMillis(50))).isInstanceOf(ConnectTimeoutException.class)
        .hasMessageContaining("vault.example").satisfies(failure ->
            assertThat(Exchange.neverSent((ConnectTimeoutException) failure)).isTrue());
  }

  @Test
  void theConnectTimeoutBoundsTheLookupOfTheName() {
    assertThatThrownBy(() -> connect(Duration.ofMillis(50), Duration.ofMinutes(5))).isInstanceOf(ConnectTimeoutException.class);
  }

  @Test
  void anInterruptEndsTheLookupOfTheName() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> connect(Duration.ofMinutes(5), Duration.ofMinutes(5))).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aNameThatIsNoneIsToldAsSuch() {
    answer.countDown();
    assertThatThrownBy(() -> connect(Duration.ofMinutes(5), Duration.ofMinutes(5))).isInstanceOf(UnknownHostException.class);
  }
}
