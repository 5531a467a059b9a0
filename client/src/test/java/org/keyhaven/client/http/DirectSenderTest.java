package org.keyhaven.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@org.junit.jupiter.api.Timeout(value = 30, threadMode = org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD)
class DirectSenderTest {
  private static final String EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final TimeValue KEPT = TimeValue.ofMinutes(10);

  private final PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager(
      new ConnectionOperator((socket, host, port, attachment, context) -> {
        throw new AssertionError("nothing to secure");
      }, SystemDefaultDnsResolver.INSTANCE, null), PoolConcurrencyPolicy.STRICT, PoolReusePolicy.LIFO,
      TimeValue.NEG_ONE_MILLISECOND, socket -> new UnloggedConnection(Exchange.http1()));
  private final DirectSender sender = new DirectSender(pool, KEPT, new BodyReader(1000));

  @AfterEach
  void close() {
    sender.close();
  }

  /** Answers every head with the same. */
  private static final class Plain implements AutoCloseable {
    final List<List<String>> heads = new CopyOnWriteArrayList<>();
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger connections = new AtomicInteger();
    private final String answer;

    Plain(String answer) throws IOException {
      this.answer = answer;
      Thread thread = new Thread(this::serve);
      thread.setDaemon(true);
      thread.start();
    }

    private void serve() {
      while (!server.isClosed()) {
        try (Socket socket = server.accept()) {
          connections.incrementAndGet();
          for (List<String> head = head(socket); !head.isEmpty(); head = head(socket)) {
            heads.add(head);
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
          }
        } catch (IOException e) {
          // The client hung up, or the test is over.
          continue;
        }
      }
    }

    private static List<String> head(Socket socket) throws IOException {
      InputStream in = socket.getInputStream();
      StringBuilder text = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        text.append((char) c);
        if (text.indexOf("\r\n\r\n") >= 0) {
          break;
        }
      }
      return text.toString().lines().filter(line -> !line.isEmpty()).toList();
    }

    int port() {
      return server.getLocalPort();
    }

    URI uri() {
      return URI.create("http://localhost:" + port() + "/path?x=%20");
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private static Outgoing request(String method, URI uri, Map<String, String> headers) {
    return new Outgoing(method, uri, headers, null, null);
  }

  private Sending prepared(Outgoing request) {
    return sender.prepare(request, Deadline.after(Duration.ofSeconds(20)));
  }

  private Answer send(String method, URI uri, Map<String, String> headers) throws IOException {
    return prepared(request(method, uri, headers)).send();
  }

  @Test
  void aRequestSaysWhatHttpWantsSaid() throws IOException {
    try (Plain server = new Plain(EMPTY)) {
      send("GET", server.uri(), Map.of("Accept", "a"));
      send("POST", server.uri(), Map.of());
      send("HEAD", server.uri(), Map.of());
      String host = "Host: localhost:" + server.port();
      String agent = "User-Agent: keyhaven-client";
      assertThat(server.heads.get(0)).containsExactlyInAnyOrder("GET /path?x=%20 HTTP/1.1", "Accept: a", host, agent);
      assertThat(server.heads.get(1)).containsExactlyInAnyOrder("POST /path?x=%20 HTTP/1.1", host, agent,
          "Content-Length: 0");
      assertThat(server.heads.get(2)).containsExactlyInAnyOrder("HEAD /path?x=%20 HTTP/1.1", host, agent);
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void aHostThatTheCallerSaysIsKept() throws IOException {
    try (Plain server = new Plain(EMPTY)) {
      send("GET", server.uri(), Map.of("Host", "vault.example"));
      assertThat(server.heads.get(0)).contains("Host: vault.example").doesNotContain("Host: localhost:" + server.port());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {HttpHeaders.TRANSFER_ENCODING, HttpHeaders.CONTENT_LENGTH})
  void howLongABodyIsMayNotBeSaidByTheCaller(String header) throws IOException {
    try (Plain server = new Plain(EMPTY)) {
      Outgoing request = new Outgoing("POST", server.uri(), Map.of(header, "chunked"), new byte[3], null);
      assertThatThrownBy(() -> prepared(request).send()).isInstanceOf(ClientProtocolException.class);
      assertThat(server.connections).hasValue(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http:///path", "localhost:42356/path", "//localhost/path", "ftp://localhost/path",
      "http://ann@localhost/"})
  void anAddressThatNoRequestCanGoToSaysSo(String address) {
    assertThatThrownBy(() -> send("GET", URI.create(address), Map.of())).isInstanceOf(ClientProtocolException.class)
        .hasMessageContaining("an address");
  }

  @Test
  void whatIsWrongWithAnAnswerIsSaid() throws IOException {
    try (Plain server = new Plain("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")) {
      assertThatThrownBy(() -> send("GET", server.uri(), Map.of())).isInstanceOf(ClientProtocolException.class)
          .hasMessageContaining("many");
      assertThat(pool.getTotalStats().getLeased() + pool.getTotalStats().getAvailable()).isZero();
    }
  }

  @Test
  void aServerThatSwitchesToAnotherProtocolIsNotWaitedFor() throws IOException {
    try (Plain server = new Plain("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")) {
      assertThatThrownBy(() -> send("GET", server.uri(), Map.of())).isInstanceOf(ClientProtocolException.class)
          .hasMessageContaining("protocol");
    }
  }

  @Test
  void otherInterimAnswersAreReadOver() throws IOException {
    try (Plain server = new Plain("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + EMPTY)) {
      assertThat(send("GET", server.uri(), Map.of()).status()).isEqualTo(200);
      assertThat(send("GET", server.uri(), Map.of()).status()).isEqualTo(200);
      assertThat(server.connections).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n"})
  void aConnectionThatTheServerDoesNotKeepIsNotUsedAgain(String answer) throws IOException {
    try (Plain server = new Plain(answer)) {
      send("GET", server.uri(), Map.of());
      send("GET", server.uri(), Map.of());
      assertThat(server.connections).hasValue(2);
      assertThat(pool.getTotalStats().getAvailable()).isZero();
    }
  }

  @Test
  void aCancellationBeforeAnythingLeavesNoConnectionLeased() throws IOException {
    try (Plain server = new Plain(EMPTY)) {
      Sending sending = prepared(request("GET", server.uri(), Map.of()));
      sending.cancel();
      assertThatThrownBy(sending::send).isInstanceOf(IllegalStateException.class);
      assertThat(pool.getTotalStats().getLeased()).isZero();
      assertThat(server.heads).isEmpty();
    }
  }

  /** One connection, which answers at once. */
  private static class OneConnection extends ConnectionEndpoint implements HttpClientConnectionManager, LeaseRequest {
    final AtomicReference<TimeValue> reuse = new AtomicReference<>();
    final CountDownLatch released = new CountDownLatch(1);
    private final String keepAlive;

    OneConnection(String keepAlive) {
      this.keepAlive = keepAlive;
    }

    @Override
    public LeaseRequest lease(String id, HttpRoute route, Timeout timeout, Object state) {
      return this;
    }

    @Override
    public ConnectionEndpoint get(Timeout timeout) throws InterruptedException {
      return this;
    }

    @Override
    public boolean cancel() {
      return false;
    }

    @Override
    public void release(ConnectionEndpoint endpoint, Object state, TimeValue validity) {
      reuse.set(validity);
      released.countDown();
    }

    @Override
    public boolean isConnected() {
      return true;
    }

    @Override
    public ClassicHttpResponse execute(String id, ClassicHttpRequest request, RequestExecutor executor,
        HttpContext context) throws IOException {
      BasicClassicHttpResponse response = new BasicClassicHttpResponse(204);
      if (keepAlive != null) {
        response.setHeader(HttpHeaders.KEEP_ALIVE, keepAlive);
      }
      return response;
    }

    @Override
    @Deprecated
    public ClassicHttpResponse execute(String id, ClassicHttpRequest request, HttpRequestExecutor executor,
        HttpContext context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void connect(ConnectionEndpoint endpoint, TimeValue timeout, HttpContext context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void upgrade(ConnectionEndpoint endpoint, HttpContext context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setSocketTimeout(Timeout timeout) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() { }

    @Override
    public void close(CloseMode mode) { }
  }

  private static Sending over(OneConnection connection) {
    return new DirectSender(connection, KEPT, new BodyReader(1000))
        .prepare(request("GET", URI.create("http://localhost/"), Map.of()), Deadline.after(Duration.ofSeconds(20)));
  }

  @Test
  void aServerMaySayHowLongAConnectionIsKept() throws IOException {
    for (Map.Entry<String, TimeValue> kept : Map.of("timeout=5", TimeValue.ofSeconds(5), "max=100", KEPT).entrySet()) {
      OneConnection connection = new OneConnection(kept.getKey());
      over(connection).send();
      assertThat(connection.reuse).hasValue(kept.getValue());
    }
  }

  @Test
  void aConnectionIsNotGivenBackWhileACancellationClosesIt() throws Exception {
    AtomicReference<Thread> canceller = new AtomicReference<>();
    AtomicReference<Sending> sending = new AtomicReference<>();
    AtomicReference<Boolean> releasedMeanwhile = new AtomicReference<>();
    CountDownLatch closing = new CountDownLatch(1);
    Thread caller = Thread.currentThread();
    OneConnection connection = new OneConnection(null) {
      @Override
      public ClassicHttpResponse execute(String id, ClassicHttpRequest request, RequestExecutor executor,
          HttpContext context) throws IOException {
        Thread thread = new Thread(() -> sending.get().cancel());
        canceller.set(thread);
        thread.start();
        try {
          closing.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        return super.execute(id, request, executor, context);
      }

      @Override
      public void close(CloseMode mode) {
        closing.countDown();
        while (caller.getState() != Thread.State.BLOCKED && released.getCount() > 0) {
          Thread.onSpinWait();
        }
        releasedMeanwhile.set(released.getCount() == 0);
      }
    };
    sending.set(over(connection));
    sending.get().send();
    canceller.get().join();
    assertThat(releasedMeanwhile).hasValue(false);
    assertThat(connection.released.getCount()).isZero();
  }

  @Test
  void aConnectionThatComesTogetherWithAnInterruptIsGivenBack() throws IOException {
    OneConnection connection = new OneConnection(null) {
      private boolean asked;

      @Override
      public ConnectionEndpoint get(Timeout timeout) throws InterruptedException {
        if (!asked) {
          asked = true;
          throw new InterruptedException();
        }
        return super.get(timeout);
      }
    };
    over(connection).send();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(connection.released.getCount()).isZero();
  }

  @Test
  void anInterruptEndsWaitingForAConnection() throws Exception {
    pool.setMaxTotal(1);
    pool.lease(null, new HttpRoute(new HttpHost("http", "localhost", 1)), Timeout.ofDays(1), null)
        .get(Timeout.ofDays(1));
    Thread caller = Thread.currentThread();
    Thread interrupter = new Thread(() -> {
      while (pool.getTotalStats().getPending() == 0) {
        Thread.onSpinWait();
      }
      caller.interrupt();
    });
    interrupter.start();
    assertThatThrownBy(() -> send("GET", URI.create("http://localhost:1/"), Map.of()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(Thread.interrupted()).isTrue();
    interrupter.join();
  }
}
