package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.azure.AzureTokenSource;
import org.keyhaven.client.azure.HttpClient5AzureHttpClientProvider;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.slf4j.LoggerFactory;

/**
 * Everything that any library logs at TRACE while the client works and fails, what exceptions say, and what objects print: none of
 * it holds a token, a secret, a password or a plaintext, in any spelling. Futures use HTTP/1.1 and HTTP/2.
 */
@Timeout(60)
@ParameterizedClass
@ValueSource(booleans = {false, true})
class LogSecrecyTest {
  private static final String TOKEN = "issued-token-4711";
  private static final String CLIENT_SECRET = "hush-secret-0815";
  private static final String PROXY_PASSWORD = "open sesame 99";
  private static final String PLAINTEXT = "attack at dawn!!";
  private static final List<String> SECRETS = List.of(TOKEN, CLIENT_SECRET, PROXY_PASSWORD, "ann:" + PROXY_PASSWORD, PLAINTEXT);

  private static FaultyVault single;
  private static FaultyVault multiplexed;

  private final FaultyVault vault;
  private final List<String> said = new ArrayList<>();

  /** Keeps what it is given; HttpClient's connections and the JVM's own threads log too, so it must bear many threads. */
  private static final class Recorder extends AppenderBase<ILoggingEvent> {
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      // The other side of the connection, which the test plays itself.
      if (!event.getLoggerName().startsWith("WireMock") && !event.getLoggerName().startsWith("org.eclipse.jetty")
          && !event.getThreadName().startsWith("qtp")) {
        event.prepareForDeferredProcessing();
        events.add(event);
      }
    }
  }

  LogSecrecyTest(boolean http2) {
    this.vault = http2 ? multiplexed : single;
  }

  @BeforeAll
  static void start(@TempDir Path one, @TempDir Path two) throws IOException, InterruptedException {
    single = new FaultyVault(one);
    multiplexed = FaultyVault.withHttp2(two);
  }

  @AfterAll
  static void stop() {
    System.clearProperty("keyhaven.ca.file");
    single.close();
    multiplexed.close();
  }

  @BeforeEach
  void answer() {
    System.setProperty("keyhaven.ca.file", vault.caFile.toString());
    vault.server.resetAll();
    vault.server.stubFor(any(anyUrl()).atPriority(5).willReturn(FaultyVault.error(401, "Unauthorized", "no")
        .withHeader("WWW-Authenticate", vault.challenge("https://login.example/tenant-1", vault.uri().toString()))));
    answered("/sign", vault.signature());
    answered("/encrypt", vault.signature());
    answered("/decrypt", value(PLAINTEXT));
    vault.server.stubFor(get(urlPathEqualTo(FaultyVault.KID_PATH)).atPriority(1).withHeader("Authorization", matching("Bearer .*"))
        .willReturn(FaultyVault.json(200, "{\"key\":{\"kid\":\"" + vault.kid() + "\",\"kty\":\"oct-HSM\",\"key_ops\":"
            + "[\"encrypt\",\"decrypt\",\"sign\"]},\"attributes\":{\"enabled\":true}}")));
    vault.server.stubFor(post(urlPathEqualTo("/tenant-1/oauth2/v2.0/token")).atPriority(1).willReturn(FaultyVault.json(200,
        "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"" + TOKEN + "\"}")));
  }

  private void answered(String operation, ResponseDefinitionBuilder answer) {
    vault.server.stubFor(post(urlPathEqualTo(FaultyVault.KID_PATH + operation)).atPriority(1)
        .withHeader("Authorization", matching("Bearer .*")).willReturn(answer));
  }

  private ResponseDefinitionBuilder value(String text) {
    return FaultyVault.json(200, "{\"kid\":\"" + vault.kid() + "\",\"value\":\""
        + Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\"}");
  }

  private TokenSource builtIn() {
    return ClientSecretTokenSource.builder().authority(vault.uri()).clientId("app").clientSecret(CLIENT_SECRET)
        .caFile(vault.caFile).build();
  }

  private TokenSource azure() {
    return new AzureTokenSource(new ClientSecretCredentialBuilder().authorityHost(vault.uri().toString()).tenantId("tenant-1")
        .clientId("app").clientSecret(CLIENT_SECRET).disableInstanceDiscovery()
        .httpClient(new HttpClient5AzureHttpClientProvider().createInstance()).build());
  }

  /** What comes back, or what is thrown, with everything behind it, is part of what is said. */
  private void say(Callable<?> step) {
    try {
      said.add(String.valueOf(step.call()));
    } catch (Exception e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace, true));
      said.add(trace.toString());
    }
  }

  private void use(KeyhavenClient.Builder builder) {
    try (KeyhavenClient client = builder.build()) {
      CryptographyClient cryptography = client.cryptography(ObjectId.parse(vault.kid()));
      byte[] plaintext = PLAINTEXT.getBytes(StandardCharsets.UTF_8);
      EncryptParameters parameters = new EncryptParameters(EncryptionAlgorithm.A256GCM, plaintext, null, null);
      say(() -> parameters);
      say(() -> cryptography.sign(SignatureAlgorithm.ES256, new byte[32]).length);
      say(() -> cryptography.encrypt(parameters));
      say(() -> cryptography.decrypt(new DecryptParameters(EncryptionAlgorithm.A256GCM, plaintext, new byte[12], new byte[16], null)));
      CryptographyAsyncClient async = client.async().cryptography(ObjectId.parse(vault.kid()));
      say(() -> async.sign(SignatureAlgorithm.ES256, new byte[32]).get().length);
      say(() -> async.encrypt(parameters).get());
      say(() -> async.decrypt(new DecryptParameters(EncryptionAlgorithm.A256GCM, plaintext, new byte[12], new byte[16], null)).get());
      say(() -> async.encrypt(parameters).cancel(true));
      say(() -> List.of(cryptography, async, client.async(), client));
    }
    say(() -> builder);
  }

  /** Every spelling that a secret might have in a text. */
  private static Set<String> spellings() {
    Set<String> spellings = new TreeSet<>();
    for (String secret : SECRETS) {
      byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
      String hex = HexFormat.of().formatHex(bytes);
      spellings.addAll(List.of(secret, Base64.getEncoder().withoutPadding().encodeToString(bytes),
          Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), hex, hex.toUpperCase(Locale.ROOT),
          HexFormat.ofDelimiter(" ").formatHex(bytes), HexFormat.ofDelimiter(":").formatHex(bytes),
          URLEncoder.encode(secret, StandardCharsets.UTF_8), Arrays.toString(bytes)));
    }
    return spellings;
  }

  private static String text(ILoggingEvent event) {
    return event.getLoggerName() + ": " + event.getFormattedMessage() + event.getMDCPropertyMap()
        + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy()));
  }

  private List<String> everythingLogged(Callable<?> work) throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Recorder recorder = new Recorder();
    recorder.start();
    Level before = root.getLevel();
    List<Appender<ILoggingEvent>> usual = new ArrayList<>();
    root.iteratorForAppenders().forEachRemaining(usual::add);
    usual.forEach(root::detachAppender);
    root.addAppender(recorder);
    root.setLevel(Level.TRACE);
    try {
      work.call();
    } finally {
      root.setLevel(before);
      root.detachAppender(recorder);
      usual.forEach(root::addAppender);
    }
    return recorder.events.stream().map(LogSecrecyTest::text).toList();
  }

  private void assertSecret(List<String> logged) {
    for (String spelling : spellings()) {
      assertThat(logged).as("logged").noneMatch(line -> line.contains(spelling));
      assertThat(said).as("said").noneMatch(line -> line.contains(spelling));
    }
  }

  @Test
  void whatWorksLeavesNoSecretBehind(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), TOKEN);
    String basic = "Basic " + Base64.getEncoder().encodeToString(("ann:" + PROXY_PASSWORD).getBytes(StandardCharsets.UTF_8));
    try (TestProxy proxy = TestProxy.asking(basic)) {
      List<String> logged = everythingLogged(() -> {
        use(vault.client().tokenSource(builtIn()));
        use(vault.client().tokenSource(azure()));
        use(vault.client().tokenSource(TokenSource.file(file)).proxy(proxy.uri(), "ann", PROXY_PASSWORD.toCharArray()));
        use(vault.client().tokenSource(TokenSource.fixed(TOKEN)));
        say(this::builtIn);
        say(this::azure);
        return null;
      });
      assertThat(proxy.requests).anyMatch(head -> head.contains("Proxy-Authorization: " + basic));
      // It did happen, the libraries below did log, and it was seen.
      assertThat(logged).anyMatch(line -> line.contains("POST " + FaultyVault.KID_PATH + "/sign 200"));
      assertThat(logged).anyMatch(line -> line.startsWith("org.apache.hc."));
      assertThat(logged).anyMatch(line -> line.startsWith("com.microsoft.aad."));
      assertThat(said).filteredOn(line -> line.equals("3")).hasSize(8);
      assertThat(vault.server.findAll(anyRequestedFor(anyUrl()))).extracting(LoggedRequest::getProtocol)
          .contains(vault == multiplexed ? "HTTP/2.0" : "HTTP/1.1");
      assertSecret(logged);
    }
  }

  @Test
  void whatFailsLeavesNoSecretBehind() throws Exception {
    KeyhavenClient.Builder quick = vault.client().retry(new RetrySettings(2, Duration.ofMillis(1), Duration.ofMillis(1)));
    List<String> logged = everythingLogged(() -> {
      String encoded = Base64.getEncoder().encodeToString(PLAINTEXT.getBytes(StandardCharsets.UTF_8));
      for (ResponseDefinitionBuilder broken : List.of(
          FaultyVault.json(200, "{\"value\":{\"" + encoded + "\":7}}"),
          FaultyVault.json(200, "{\"value\":\"" + PLAINTEXT + "\"}"),
          FaultyVault.json(200, "{\"value\":\"" + encoded),
          FaultyVault.json(200, PLAINTEXT).withHeader("Content-Type", "text/plain"),
          FaultyVault.json(500, PLAINTEXT),
          FaultyVault.json(302, "").withHeader("Location", vault.uri() + "/" + PLAINTEXT))) {
        answered("/decrypt", broken);
        use(quick.tokenSource(builtIn()));
      }
      for (ResponseDefinitionBuilder refusal : List.of(
          FaultyVault.json(401, "{\"error\":\"invalid_client\",\"error_description\":\"not " + CLIENT_SECRET + "\"}"),
          FaultyVault.json(200, "{\"access_token\":\"" + TOKEN + "\"}"),
          FaultyVault.json(200, "{\"access_token\":\"" + TOKEN),
          FaultyVault.json(503, CLIENT_SECRET))) {
        vault.server.stubFor(post(urlPathEqualTo("/tenant-1/oauth2/v2.0/token")).atPriority(1).willReturn(refusal));
        use(quick.tokenSource(builtIn()));
      }
      try (KeyhavenClient stranger = quick.tokenSource(TokenSource.fixed(TOKEN))
          .vault(URI.create("https://127.0.0.2:" + vault.server.httpsPort())).build()) {
        say(() -> stranger.keys().get("web"));
        say(() -> stranger.async().keys().get("web").get());
      }
      return null;
    });
    assertThat(said).anyMatch(line -> line.contains("invalid_client")).anyMatch(line -> line.contains("127.0.0.2"));
    assertSecret(logged);
  }
}
