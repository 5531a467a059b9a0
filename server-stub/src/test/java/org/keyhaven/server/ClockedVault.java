package org.keyhaven.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.keyhaven.server.RawVault.Reply;
import org.keyhaven.server.admin.ConnectionFile;
import org.keyhaven.server.identity.TokenRequest;
import org.keyhaven.server.json.Json;

/**
 * A real server with a clock that the test moves, on a data directory that outlives its restarts. It has the two default
 * vaults.
 */
public final class ClockedVault implements AutoCloseable {
  private final TestClock clock = new TestClock();
  private final ServerOptions options;
  private VaultServer server;

  /** @param outgoing whom the server may ask */
  public ClockedVault(Path data, ServerOptions.Keys keys, ServerOptions.Outgoing outgoing) {
    this(ServerOptions.on(data).withKeys(keys).withOutgoing(outgoing));
  }

  /** On free ports. */
  ClockedVault(ServerOptions options) {
    this.options = options.withPorts(0, 0);
    this.server = VaultServer.start(this.options, clock);
  }

  public TestClock clock() {
    return clock;
  }

  public String url() {
    return server.vaultUrl();
  }

  public String hsmUrl() {
    return server.hsmUrl();
  }

  public ConnectionFile connection() {
    return ConnectionFile.read(server.connectionFile());
  }

  /** Moves time, and does what is due then. */
  public void advance(Duration duration) {
    clock.advance(duration);
    runBackground();
  }

  /** Does what is due. */
  public void runBackground() {
    server.runBackground();
  }

  public void stop() {
    server.close();
  }

  public void start() {
    server = VaultServer.start(options, clock);
  }

  public Reply get(String path) {
    return send("GET", path, null);
  }

  /** @param path from the slash on, in the default vault; api-version is added */
  public Reply send(String method, String path, String body) {
    return send(url(), method, path, body);
  }

  public Reply send(String base, String method, String path, String body) {
    try {
      HttpClient client = HttpClient.newBuilder().sslContext(TokenRequest.trusting(connection())).build();
      HttpRequest request = HttpRequest.newBuilder(URI.create(base + path + "?api-version=2025-07-01"))
          .header("Authorization", "Bearer " + TokenRequest.send(connection(), base))
          .header("Content-Type", "application/json")
          .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
          .build();
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return new Reply(response.statusCode(), response.body().length == 0 ? null : Json.mapper().readTree(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
