package org.keyhaven.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.Keys.KeySignParameters;
import org.keyhaven.server.access.Permission;
import org.keyhaven.server.http.TestServer.Reply;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.vaults.VaultKind;
import org.slf4j.LoggerFactory;

/** HTTP/2 beside HTTP/1.1: the same gate, the same limits. */
class Http2Test {
  private static final String SIGN = "{\"alg\":\"RS256\",\"value\":\"AA\"}";

  private static final Semaphore BEGUN = new Semaphore(0);
  private static final Semaphore LET_GO = new Semaphore(0);

  @TempDir
  static Path directory;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(directory, database -> List.of(
        Route.of(Method.GET, "/keys/{name}", Permission.KEYS_GET,
            call -> Answer.ok(Map.of("base", call.base().toString(), "vault", call.vault().name()))),
        Route.of(Method.POST, "/keys/{name}/create", Permission.KEYS_CREATE,
            call -> Answer.ok(call.body(KeySignParameters.class))),
        Route.of(Method.POST, "/keys/{name}/sign", Permission.KEYS_SIGN, Http2Test::slowly),
        Route.open(Method.POST, "/tenant/token", call -> Answer.ok(call.form()))));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Answers when it is let go. */
  private static Answer slowly(Call call) {
    BEGUN.release();
    LET_GO.acquireUninterruptibly();
    return Answer.ok(call.body(KeySignParameters.class));
  }

  private static String authority() {
    return "localhost:" + server.port(VaultKind.VAULT);
  }

  private static Http2Connection connection() throws IOException {
    return new Http2Connection(server.trust(), server.port(VaultKind.VAULT));
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://" + authority() + path + "?api-version=7.4"))
        .header("Authorization", "Bearer all");
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void theClientChoosesTheProtocolInTheHandshake(HttpClient.Version version) throws Exception {
    HttpClient client = HttpClient.newBuilder().sslContext(server.trust()).version(version).build();
    HttpResponse<String> got = client.send(request("/keys/a").build(), BodyHandlers.ofString());
    assertThat(got.version()).isEqualTo(version);
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(Json.mapper().readTree(got.body()).get("base").asString()).isEqualTo("https://" + authority());
    HttpResponse<String> posted = client.send(request("/keys/a/create").POST(BodyPublishers.ofString(SIGN)).build(),
        BodyHandlers.ofString());
    assertThat(posted.statusCode()).as(posted.body()).isEqualTo(200);
  }

  /** RFC 7301. The last two ciphers are among those that HTTP/2 forbids (RFC 9113, appendix A). */
  @ParameterizedTest
  @CsvSource({"TLSv1.3, TLS_AES_128_GCM_SHA256, h2 http/1.1, h2", "TLSv1.3, TLS_AES_128_GCM_SHA256, http/1.1 h2, h2",
      "TLSv1.3, TLS_AES_128_GCM_SHA256, http/1.1, http/1.1", "TLSv1.3, TLS_AES_128_GCM_SHA256, http/1.0 http/1.1, http/1.1",
      "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, h2 http/1.1, h2",
      "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, http/1.1, http/1.1",
      "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, h2 http/1.1, http/1.1",
      "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, http/1.1, http/1.1"})
  void ofWhatAClientOffersTheServerTakesWhatGoesWithTheCipher(String tls, String suite, String offered, String chosen)
      throws Exception {
    try (SSLSocket socket = offering(tls, suite, offered)) {
      socket.startHandshake();
      assertThat(socket.getApplicationProtocol()).isEqualTo(chosen);
      if (!chosen.equals("h2")) {
        socket.getOutputStream().write(("GET /keys/a?api-version=7.4 HTTP/1.1\r\nHost: " + authority()
            + "\r\nAuthorization: Bearer all\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  @Test
  void aClientThatOffersNothingThatGoesIsToldSo() throws Exception {
    try (SSLSocket socket = offering("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "h2")) {
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("no_application_protocol");
    }
  }

  private static SSLSocket offering(String tls, String suite, String offered) throws IOException {
    SSLSocket socket =
        (SSLSocket) server.trust().getSocketFactory().createSocket("localhost", server.port(VaultKind.VAULT));
    socket.setSoTimeout(30_000);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {tls});
    parameters.setCipherSuites(new String[] {suite});
    parameters.setApplicationProtocols(offered.split(" "));
    socket.setSSLParameters(parameters);
    return socket;
  }

  @Test
  void aBodyOfUnknownLengthIsRead() throws Exception {
    try (Http2Connection connection = connection()) {
      int stream = connection.request(false, ":method", "POST", ":scheme", "https", ":path", "/keys/a/create?api-version=7.4",
          ":authority", authority(), "authorization", "Bearer all", "content-type", "application/json");
      connection.data(stream, false, SIGN.substring(0, 10));
      connection.data(stream, true, SIGN.substring(10));
      Reply reply = connection.reply(stream);
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      assertThat(reply.json().get("alg").asString()).isEqualTo("RS256");
    }
  }

  @Test
  void aBodyMayBeMissing() throws Exception {
    try (Http2Connection connection = connection()) {
      int stream = connection.request(true, ":method", "POST", ":scheme", "https", ":path", "/keys/a/create?api-version=7.4",
          ":authority", authority(), "authorization", "Bearer all");
      assertThat(connection.reply(stream).status()).isEqualTo(400);
    }
  }

  @Test
  void withoutATokenThereIsTheChallengeBeforeAnyBodyIsRead() throws Exception {
    try (Http2Connection connection = connection()) {
      int stream = connection.request(false, ":method", "POST", ":scheme", "https", ":path", "/keys/a/create?api-version=7.4",
          ":authority", authority(), "content-length", "1000");
      Reply reply = connection.reply(stream);
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer authorization=\"https://" + authority() + "/"
          + TestServer.TENANT + "\", resource=\"https://" + authority() + "\"");
      assertThat(reply.errorCode()).isEqualTo("Unauthorized");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "localhost", "localhost:1", "other.example:443"})
  void anUnknownAuthorityIsNotFoundAndGetsNoChallenge(String authority) throws Exception {
    try (Http2Connection connection = connection()) {
      int stream = connection.request(true, ":method", "GET", ":scheme", "https", ":path", "/keys/a?api-version=7.4",
          ":authority", authority);
      Reply reply = connection.reply(stream);
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.header("WWW-Authenticate")).isNull();
    }
  }

  @Test
  void aHostThatIsNotTheAuthorityIsABadRequest() throws Exception {
    try (Http2Connection connection = connection()) {
      int stream = connection.request(true, ":method", "GET", ":scheme", "https", ":path", "/keys/a?api-version=7.4",
          ":authority", authority(), "host", "other.vault.localhost:" + server.port(VaultKind.VAULT), "authorization",
          "Bearer all");
      assertThat(connection.reply(stream).status()).isEqualTo(400);
    }
  }

  @Test
  void aHostAloneServesInPlaceOfTheAuthority() throws Exception {
    try (Http2Connection connection = connection()) {
      int stream = connection.request(true, ":method", "GET", ":scheme", "https", ":path", "/keys/a?api-version=7.4",
          "host", "other.vault.localhost:" + server.port(VaultKind.VAULT), "authorization", "Bearer all");
      Reply reply = connection.reply(stream);
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      assertThat(reply.json().get("vault").asString()).isEqualTo("other");
    }
  }

  @Test
  void aNewAuthorityIsJudgedOnEachStreamOfAConnection() throws Exception {
    try (Http2Connection connection = connection()) {
      for (String vault : List.of("default", "other")) {
        int stream = connection.request(true, ":method", "GET", ":scheme", "https", ":path", "/keys/a?api-version=7.4",
            ":authority", vault + ".vault.localhost:" + server.port(VaultKind.VAULT), "authorization", "Bearer all");
        assertThat(connection.reply(stream).json().get("vault").asString()).isEqualTo(vault);
      }
    }
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    HttpClient client = HttpClient.newBuilder().sslContext(server.trust()).build();
    HttpRequest tooLarge = request("/keys/a/create")
        .POST(BodyPublishers.ofByteArray(new byte[Json.MAX_BODY_BYTES + 1])).build();
    HttpResponse<String> reply = null;
    for (int trials = 0; reply == null; trials++) {
      try {
        reply = client.send(tooLarge, BodyHandlers.ofString());
      } catch (IOException e) {
        // After its answer the server resets the stream; a slow client may be told of that first, while it still sends.
        assertThat(e).hasMessageContaining("RST_STREAM");
        assertThat(trials).isLessThan(20);
      }
    }
    assertThat(reply.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(reply.statusCode()).isEqualTo(413);
  }

  @Test
  void headersThatAreTooLargeAreRefused() throws Exception {
    try (Http2Connection connection = connection()) {
      int stream = connection.request(true, ":method", "GET", ":scheme", "https", ":path", "/keys/a?api-version=7.4",
          ":authority", authority(), "authorization", "Bearer " + "a".repeat(15_000));
      assertThat(refusal(connection, stream)).isIn("431", "reset", "closed");
    }
  }

  private static String refusal(Http2Connection connection, int stream) throws Exception {
    try {
      return Integer.toString(connection.reply(stream).status());
    } catch (EOFException | SocketException e) {
      return "closed";
    } catch (IOException e) {
      return "reset";
    }
  }

  @Test
  void theNumberOfStreamsIsBounded() throws Exception {
    try (Http2Connection connection = connection()) {
      int most = connection.setting(Http2Connection.MAX_CONCURRENT_STREAMS);
      assertThat(most).isBetween(1, 1000);
      int refused = -1;
      for (int i = 0; i <= most; i++) {
        refused = connection.request(false, ":method", "POST", ":scheme", "https", ":path", "/keys/a/create?api-version=7.4",
            ":authority", authority(), "authorization", "Bearer all", "content-length", "100");
      }
      assertThat(refusal(connection, refused)).isEqualTo("reset");
    }
  }

  @Test
  void streamsThatAreResetAsFastAsTheyAreOpenedCloseTheConnection() throws Exception {
    try (Http2Connection connection = connection()) {
      for (int i = 0; i < 2_000; i++) {
        int stream = connection.request(true, ":method", "GET", ":scheme", "https", ":path", "/keys/a?api-version=7.4",
            ":authority", authority(), "authorization", "Bearer all");
        connection.reset(stream);
      }
      for (int type = -1; type != Http2Connection.GOAWAY;) {
        type = connection.read().type();
      }
    } catch (SocketException e) {
      // Closed while the resets were still being sent.
      assertThat(e).isNotNull();
    }
  }

  @Test
  void aRequestThatIsGivenUpWhileItIsServedIsOneLineInTheLog() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    BlockingQueue<ILoggingEvent> logged = new LinkedBlockingQueue<>();
    AppenderBase<ILoggingEvent> recorder = new AppenderBase<>() {
      @Override
      protected void append(ILoggingEvent event) {
        logged.add(event);
      }
    };
    recorder.start();
    root.addAppender(recorder);
    Logger access = (Logger) LoggerFactory.getLogger(AccessLog.class);
    access.setLevel(Level.INFO);
    try (Http2Connection connection = connection()) {
      List<String> lines = new ArrayList<>();
      // A busy server may have answered before it is told of the reset, or be told in the midst of it, which is not quiet.
      for (int trials = 0; trials < 20 && !lines.contains("POST /keys/a/sign given up by the client"); trials++) {
        giveUp(connection);
        List<ILoggingEvent> trial = new ArrayList<>();
        do {
          ILoggingEvent event = logged.poll(20, TimeUnit.SECONDS);
          assertThat(event).as("after " + trial).isNotNull();
          trial.add(event);
        } while (!trial.get(trial.size() - 1).getFormattedMessage().startsWith("POST /keys/a/sign")
            && !trial.get(trial.size() - 1).getLevel().isGreaterOrEqual(Level.WARN));
        if (trial.stream().noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN))) {
          trial.forEach(event -> lines.add(event.getFormattedMessage()));
        }
      }
      assertThat(lines).contains("POST /keys/a/sign given up by the client");
    } finally {
      access.setLevel(null);
      root.detachAppender(recorder);
    }
  }

  private static void giveUp(Http2Connection connection) throws Exception {
    int given = connection.request(false, ":method", "POST", ":scheme", "https", ":path", "/keys/a/sign?api-version=7.4",
        ":authority", authority(), "authorization", "Bearer all", "content-type", "application/json");
    connection.data(given, true, SIGN);
    BEGUN.acquire();
    connection.reset(given);
    // By the time that the next is answered, the server has read the reset.
    int next = connection.request(true, ":method", "GET", ":scheme", "https", ":path", "/keys/a?api-version=7.4",
        ":authority", authority(), "authorization", "Bearer all");
    assertThat(connection.reply(next).status()).isEqualTo(200);
    LET_GO.release();
  }
}
