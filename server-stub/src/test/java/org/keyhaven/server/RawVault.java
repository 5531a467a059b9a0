package org.keyhaven.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.keyhaven.server.json.Json;
import tools.jackson.databind.JsonNode;

/** Plain HTTPS to the shared {@link TestVault}, for what no client would send. */
public final class RawVault {
  private static final String VERSION = "api-version=7.6";

  private final HttpClient client = HttpClient.newBuilder().sslContext(TestVault.get().tls()).build();
  private final String base;
  private final String token;

  /** @param managedHsm the Managed HSM instead of the vault */
  public RawVault(boolean managedHsm) {
    this.base = managedHsm ? TestVault.get().hsmUrl() : TestVault.get().vaultUrl();
    this.token = TestVault.get().token(managedHsm);
  }

  /** @param body null when there is none */
  public record Reply(int status, JsonNode body) {
    public String error() {
      return body.path("error").path("code").asString("");
    }

    public String innerError() {
      return body.path("error").path("innererror").path("code").asString("");
    }
  }

  public Reply get(String path) {
    return send("GET", path, null);
  }

  public Reply post(String path, String body) {
    return send("POST", path, body);
  }

  /** @param path from the slash on; api-version is added */
  public Reply send(String method, String path, String body) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(base + path + (path.contains("?") ? "&" : "?") + VERSION))
        .header("Authorization", "Bearer " + token).header("Content-Type", "application/json")
        .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
        .build();
    try {
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return new Reply(response.statusCode(), response.body().length == 0 ? null : Json.mapper().readTree(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
