package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

@Timeout(60)
class ProxyTest {
  /** ann:open sesame */
  private static final String ANN = "Basic YW5uOm9wZW4gc2VzYW1l";

  private static FaultyVault vault;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException, InterruptedException {
    vault = new FaultyVault(directory);
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  @BeforeEach
  void answer() {
    vault.server.resetAll();
    vault.server.stubFor(any(anyUrl()).willReturn(vault.signature()));
  }

  @AfterEach
  void forget() {
    Authenticator.setDefault(null);
  }

  private static byte[] sign(KeyhavenClient client) {
    return client.cryptography(ObjectId.parse(vault.kid())).sign(SignatureAlgorithm.ES256, new byte[32]);
  }

  private static char[] sesame() {
    return "open sesame".toCharArray();
  }

  /** Runs with system properties, which are put back. */
  private static void with(Map<String, String> properties, Runnable work) {
    Map<String, String> before = properties.keySet().stream().filter(name -> System.getProperty(name) != null)
        .collect(Collectors.toMap(name -> name, System::getProperty));
    properties.forEach(System::setProperty);
    try {
      work.run();
    } finally {
      properties.keySet().forEach(System::clearProperty);
      before.forEach(System::setProperty);
    }
  }

  @Test
  void tlsGoesThroughTheProxyAndTheTokenStaysInside() throws IOException {
    try (TestProxy proxy = TestProxy.open(); KeyhavenClient client = vault.client().proxy(proxy.uri()).build()) {
      assertThat(sign(client)).containsExactly(1, 2, 3);
      assertThat(sign(client)).containsExactly(1, 2, 3);
      assertThat(proxy.requests).hasSize(1);
      assertThat(proxy.requests.get(0).get(0)).startsWith("CONNECT localhost:" + vault.server.httpsPort());
      assertThat(proxy.requests.get(0)).noneMatch(line -> line.contains("Authorization"));
      assertThat(proxy.requests.get(0)).contains("User-Agent: keyhaven-client");
    }
  }

  @Test
  void aProxyThatAsksGetsThePasswordAndTheVaultDoesNot() throws IOException {
    try (TestProxy proxy = TestProxy.asking(ANN);
        KeyhavenClient client = vault.client().proxy(proxy.uri(), "ann", sesame()).build()) {
      assertThat(sign(client)).containsExactly(1, 2, 3);
      assertThat(proxy.requests).hasSize(2);
    }
    assertThat(vault.server.findAll(anyRequestedFor(anyUrl()))).hasSize(1)
        .noneMatch(request -> request.containsHeader("Proxy-Authorization"));
  }

  private static CompletableFuture<byte[]> signLater(KeyhavenClient client) {
    return client.async().cryptography(ObjectId.parse(vault.kid())).sign(SignatureAlgorithm.ES256, new byte[32]);
  }

  @Test
  void futuresGoThroughTheProxyToo() throws IOException {
    try (TestProxy proxy = TestProxy.asking(ANN);
        KeyhavenClient client = vault.client().proxy(proxy.uri(), "ann", sesame()).build()) {
      assertThat(signLater(client).join()).containsExactly(1, 2, 3);
      assertThat(signLater(client).join()).containsExactly(1, 2, 3);
      assertThat(proxy.requests).hasSize(2);
    }
    assertThat(vault.server.findAll(anyRequestedFor(anyUrl()))).hasSize(2)
        .noneMatch(request -> request.containsHeader("Proxy-Authorization"));
  }

  @Test
  void aFutureTellsThatTheProxyRefused() throws IOException {
    try (TestProxy proxy = TestProxy.asking(ANN); KeyhavenClient client = vault.client().proxy(proxy.uri()).build()) {
      assertThatThrownBy(() -> signLater(client).join()).cause().isInstanceOfSatisfying(VaultException.Unavailable.class,
          failure -> assertThat(failure.code()).isEqualTo("ProxyRefused"));
    }
    assertThat(vault.server.findAll(anyRequestedFor(anyUrl()))).isEmpty();
  }

  @Test
  void aFutureThatIsCancelledGivesItsConnectionAwayBehindAProxyToo() throws Exception {
    vault.server.stubFor(any(anyUrl()).willReturn(vault.signature().withFixedDelay(30_000)));
    try (TestProxy proxy = TestProxy.open();
        KeyhavenClient client = vault.client().proxy(proxy.uri()).maxConnections(1).build()) {
      assertThat(signLater(client).cancel(true)).isTrue();
      vault.server.resetAll();
      vault.server.stubFor(any(anyUrl()).willReturn(vault.signature()));
      assertThat(signLater(client).get(20, TimeUnit.SECONDS)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aVaultThatAsksForAPasswordGetsNone() throws IOException {
    vault.server.resetAll();
    vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(401, "Unauthorized", "no")
        .withHeader("WWW-Authenticate", "Basic realm=\"office\"")));
    try (TestProxy proxy = TestProxy.asking(ANN);
        KeyhavenClient client = vault.client().proxy(proxy.uri(), "ann", sesame()).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unauthenticated.class);
    }
    assertThat(vault.server.findAll(anyRequestedFor(anyUrl()))).extracting(request -> request.getHeader("Authorization"))
        .containsOnly("Bearer the-token");
  }

  @Test
  void aWrongPasswordSaysWhoRefused() throws IOException {
    try (TestProxy proxy = TestProxy.asking(ANN);
        KeyhavenClient client = vault.client().proxy(proxy.uri(), "ann", "guess".toCharArray()).build()) {
      var thrown = catchThrowableOfType(VaultException.Unavailable.class, () -> sign(client));
      assertThat(thrown.code()).isEqualTo("ProxyRefused");
      assertThat(thrown).hasMessageContaining("407").hasMessageContaining("proxy(").hasMessageNotContaining("guess");
      assertThat(proxy.requests).hasSize(2);
    }
    assertThat(vault.server.findAll(anyRequestedFor(anyUrl()))).isEmpty();
  }

  @Test
  void aProxyThatForbidsTheVaultIsNotTheVaultForbidding() throws IOException {
    try (TestProxy proxy = new TestProxy(head -> "HTTP/1.1 403 Not from here\r\nContent-Length: 0\r\n\r\n");
        KeyhavenClient client = vault.client().proxy(proxy.uri()).build()) {
      assertThatThrownBy(() -> client.keys().delete("web")).isInstanceOf(VaultException.Unavailable.class)
          .hasMessageContaining("403");
      assertThat(proxy.requests).hasSize(1);
    }
  }

  @Test
  void aBusyProxyIsTriedAgainEvenForADeletion() throws IOException {
    try (TestProxy proxy = new TestProxy(head -> "HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n");
        KeyhavenClient client = vault.client().proxy(proxy.uri()).build()) {
      assertThatThrownBy(() -> client.keys().delete("web")).isInstanceOf(VaultException.Unavailable.class);
      assertThat(proxy.requests).hasSizeGreaterThan(1);
    }
  }

  @Test
  void anUnreachableProxyEndsTheCall() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (KeyhavenClient client = vault.client().proxy(URI.create("http://localhost:" + port)).deadline(Duration.ofSeconds(5)).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unavailable.class);
    }
  }

  @Test
  void theJvmsPropertiesNameTheProxyAndItsUser() throws IOException {
    try (TestProxy proxy = TestProxy.asking(ANN)) {
      with(Map.of("https.proxyHost", "localhost", "https.proxyPort", "" + proxy.port(), "http.nonProxyHosts", "",
          "https.proxyUser", "ann", "https.proxyPassword", "open sesame"), () -> {
            try (KeyhavenClient client = vault.client().build()) {
              assertThat(sign(client)).containsExactly(1, 2, 3);
            }
          });
      assertThat(proxy.requests).hasSize(2);
    }
  }

  @Test
  void theJvmsAuthenticatorIsAskedForTheProxyAlone() throws IOException {
    Authenticator.setDefault(new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return getRequestorType() == RequestorType.PROXY ? new PasswordAuthentication("ann", sesame()) : null;
      }
    });
    try (TestProxy proxy = TestProxy.asking(ANN)) {
      with(Map.of("https.proxyHost", "localhost", "https.proxyPort", "" + proxy.port(), "http.nonProxyHosts", ""), () -> {
        try (KeyhavenClient client = vault.client().build()) {
          assertThat(sign(client)).containsExactly(1, 2, 3);
        }
      });
      assertThat(proxy.requests).hasSize(2);
    }
  }

  @Test
  void theJvmsExceptionsAreReachedDirectly() throws IOException {
    try (TestProxy proxy = TestProxy.open()) {
      with(Map.of("https.proxyHost", "localhost", "https.proxyPort", "" + proxy.port(), "http.nonProxyHosts", "localhost"), () -> {
        try (KeyhavenClient client = vault.client().build()) {
          assertThat(sign(client)).containsExactly(1, 2, 3);
        }
      });
      assertThat(proxy.requests).isEmpty();
    }
    assertThat(vault.server.findAll(anyRequestedFor(anyUrl()))).extracting(LoggedRequest::getUrl).hasSize(1);
  }

  @Test
  void aPasswordInTheProxysAddressIsRefusedAndNotRepeated() {
    assertThatThrownBy(() -> KeyhavenClient.builder().proxy(URI.create("http://ann:sesame@localhost:3128")))
        .isInstanceOf(IllegalArgumentException.class).hasMessageNotContaining("sesame");
  }

  @Test
  void theProxysNameIsLookedUpWhenItIsNeeded() {
    assertThat(KeyhavenClient.Builder.proxySelector(URI.create("http://localhost:3128")).select(vault.uri()))
        .allSatisfy(proxy -> assertThat(((InetSocketAddress) proxy.address()).isUnresolved()).isTrue());
  }
}
