package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against endpoints that answer as Microsoft's documentation of both says. */
class ManagedIdentityTest {
  private static final TokenRequest REQUEST =
      new TokenRequest("https://vault.azure.net", "a-tenant", null, Duration.ofSeconds(20));
  private static final String TOKEN = "{\"access_token\":\"secret-token\",\"expires_in\":\"3599\","
      + "\"expires_on\":\"4102444800\",\"resource\":\"https://vault.azure.net\",\"token_type\":\"Bearer\"}";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private int status = 200;
  private String body = TOKEN;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " Metadata=" + exchange.getRequestHeaders()
          .getFirst("Metadata") + " X-IDENTITY-HEADER=" + exchange.getRequestHeaders().getFirst("X-IDENTITY-HEADER"));
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aVirtualMachineAsksItsMetadataService() throws Exception {
    AccessToken token = onVirtualMachine(null).token(REQUEST);
    assertThat(token.value()).isEqualTo("secret-token");
    assertThat(token.expiresAt()).isEqualTo(Instant.ofEpochSecond(4102444800L));
    assertThat(asked).containsExactly("GET /metadata/identity/oauth2/token?api-version=2018-02-01&"
        + "resource=https%3A%2F%2Fvault.azure.net Metadata=true X-IDENTITY-HEADER=null");
  }

  @Test
  void aUserAssignedIdentityOfAVirtualMachineIsNamedByItsObjectId() throws Exception {
    onVirtualMachine("an&id").token(REQUEST);
    assertThat(asked.get(0)).contains("&object_id=an%26id ");
  }

  @Test
  void appServiceNamesTheEndpointInTheEnvironment() throws Exception {
    body = TOKEN.replace("\"4102444800\"", "4102444800");
    TokenSource source = new ManagedIdentityTokenSource("client", Map.of("IDENTITY_ENDPOINT", url() + "/msi/token",
        "IDENTITY_HEADER", "proof")::get);
    assertThat(source.token(REQUEST).expiresAt()).isEqualTo(Instant.ofEpochSecond(4102444800L));
    assertThat(asked).containsExactly("GET /msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net"
        + "&client_id=client Metadata=null X-IDENTITY-HEADER=proof");
  }

  @Test
  void aMachineWithoutIdentityIsARefusalThatSaysWhatToDo() {
    status = 400;
    assertThatThrownBy(() -> onVirtualMachine(null).token(REQUEST)).isInstanceOf(VaultException.Unauthenticated.class)
        .hasMessageContaining("the managed identity of this machine got no token")
        .hasMessageContaining("keyhaven.client.id");
  }

  @Test
  void aMachineThatIsNotAzuresIsToldSoAtOnce() {
    server.stop(0);
    assertThatThrownBy(() -> onVirtualMachine(null).token(REQUEST)).isInstanceOf(VaultException.Unauthenticated.class)
        .hasMessageContaining("cannot be reached").hasMessageContaining("keyhaven.token.file");
  }

  @Test
  void aBusyServiceIsAskedAgainLater() {
    status = 410;
    assertThatThrownBy(() -> onVirtualMachine(null).token(REQUEST)).isInstanceOf(BusyAuthorityException.class);
  }

  @Test
  void anAnswerThatIsNoTokenIsQuotedNowhere() {
    body = "{\"access_token\":\"secret-token\",\"expires_on\":\"soon\"}";
    assertThatThrownBy(() -> onVirtualMachine(null).token(REQUEST)).isInstanceOf(IOException.class).hasNoCause()
        .hasMessageNotContaining("secret-token");
  }

  private TokenSource onVirtualMachine(String id) {
    return new ManagedIdentityTokenSource(id, Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", url() + "/")::get);
  }

  private String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }
}
