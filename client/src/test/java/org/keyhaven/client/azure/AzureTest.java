package org.keyhaven.client.azure;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.AccessToken;
import org.keyhaven.client.FaultyVault;
import org.keyhaven.client.TokenRequest;
import org.keyhaven.client.VaultException;
import reactor.core.publisher.Mono;

class AzureTest {
  private static final TokenRequest REQUEST = new TokenRequest("https://vault.azure.net", "tenant-1", "{}", Duration.ofSeconds(5));

  private static FaultyVault server;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException, InterruptedException {
    server = new FaultyVault(directory);
    System.setProperty("keyhaven.ca.file", server.caFile.toString());
  }

  @AfterAll
  static void stop() {
    System.clearProperty("keyhaven.ca.file");
    server.close();
  }

  @BeforeEach
  void reset() {
    server.server.resetAll();
  }

  @Test
  void azureCoreFindsOurHttpClientByItself() {
    assertThat(HttpClient.createDefault()).isInstanceOf(HttpClient5AzureHttpClient.class);
  }

  @Test
  void requestsAndAnswersPassWhole() {
    server.server.stubFor(any(anyUrl()).willReturn(FaultyVault.json(418, "{\"ü\":1}").withHeader("X-Twice", "a", "b")));
    HttpRequest request = new HttpRequest(HttpMethod.POST, server.uri() + "/path?x=1")
        .setHeader(HttpHeaderName.CONTENT_TYPE, "application/x-www-form-urlencoded")
        .setHeader(HttpHeaderName.CONTENT_LENGTH, "3")
        .setHeader(HttpHeaderName.AUTHORIZATION, "Bearer t")
        .setBody("a=b");
    try (HttpResponse sync = HttpClient.createDefault().sendSync(request, Context.NONE);
        HttpResponse async = HttpClient.createDefault().send(request).block()) {
      for (HttpResponse response : new HttpResponse[] {sync, async}) {
        assertThat(response.getStatusCode()).isEqualTo(418);
        assertThat(response.getBodyAsString().block()).isEqualTo("{\"ü\":1}");
        assertThat(response.getBodyAsBinaryData().toString()).isEqualTo("{\"ü\":1}");
        assertThat(response.getHeaders().getValues(HttpHeaderName.fromString("x-twice"))).containsExactly("a", "b");
      }
    }
    assertThat(server.server.findAll(anyRequestedFor(anyUrl()))).hasSize(2).allSatisfy(received -> {
      assertThat(received.getUrl()).isEqualTo("/path?x=1");
      assertThat(received.getBodyAsString()).isEqualTo("a=b");
      assertThat(received.getHeader("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
      assertThat(received.getHeader("Authorization")).isEqualTo("Bearer t");
    });
  }

  @Test
  void anUnreachableServerIsAnIoFailure() {
    HttpRequest request = new HttpRequest(HttpMethod.GET, "https://nowhere.invalid/");
    assertThatThrownBy(() -> HttpClient.createDefault().sendSync(request, Context.NONE)).isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> HttpClient.createDefault().send(request).block()).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void aCredentialIsAskedForTheChallengesScopeTenantAndClaims() throws IOException {
    AtomicReference<TokenRequestContext> asked = new AtomicReference<>();
    OffsetDateTime expiresAt = OffsetDateTime.now().plusHours(1);
    TokenCredential credential = context -> {
      asked.set(context);
      return Mono.just(new com.azure.core.credential.AccessToken("azure-token", expiresAt));
    };
    AccessToken token = new AzureTokenSource(credential).token(REQUEST);
    assertThat(token.value()).isEqualTo("azure-token");
    assertThat(token.expiresAt()).isEqualTo(expiresAt.toInstant());
    assertThat(asked.get().getScopes()).containsExactly("https://vault.azure.net/.default");
    assertThat(asked.get().getTenantId()).isEqualTo("tenant-1");
    assertThat(asked.get().getClaims()).isEqualTo("{}");
  }

  @Test
  void aRefusalIsFinalAndAnUnreachableAuthorityIsNot() {
    TokenCredential refusing = context -> Mono.error(new ClientAuthenticationException("invalid_client\nmore", null));
    assertThatThrownBy(() -> new AzureTokenSource(refusing).token(REQUEST)).isInstanceOf(VaultException.Unauthenticated.class)
        .hasMessageContaining("invalid_client");
    TokenCredential offline = context -> Mono.error(new ClientAuthenticationException("failed", null, new IOException("refused")));
    assertThatThrownBy(() -> new AzureTokenSource(offline).token(REQUEST)).isInstanceOf(IOException.class)
        .hasMessageContaining("refused");
    TokenCredential silent = context -> Mono.never();
    TokenRequest impatient = new TokenRequest("https://vault.azure.net", null, null, Duration.ofMillis(50));
    assertThatThrownBy(() -> new AzureTokenSource(silent).token(impatient)).isInstanceOf(IOException.class);
  }
}
