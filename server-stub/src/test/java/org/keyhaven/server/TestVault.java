package org.keyhaven.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.keyhaven.server.admin.ConnectionFile;
import org.keyhaven.server.identity.TokenRequest;

/**
 * A real server for tests: in this JVM, on free ports, with a SoftHSM token and a data directory of its own, started at first
 * use and stopped at the JVM's end. Tests share it, so each uses names of its own.
 *
 * <p>SoftHSM finds its configuration through the environment variable SOFTHSM2_CONF alone, which a JVM cannot set for itself:
 * the parent POM sets it for every module's tests. Where a test runs otherwise, in an IDE for instance, set it to a file below
 * a scratch directory; the file need not exist. SoftHSM must be installed.
 */
public final class TestVault {
  private static TestVault shared;

  private final VaultServer server;
  private final ConnectionFile connection;
  private final Map<Boolean, Held> tokens = new HashMap<>();

  /** Those of this server are good for an hour. */
  private record Held(String token, Instant until) { }

  private TestVault(VaultServer server) {
    this.server = server;
    this.connection = ConnectionFile.read(server.connectionFile());
  }

  /** The server of this JVM; started when it is not yet. */
  public static synchronized TestVault get() {
    if (shared == null) {
      try {
        Path data = Files.createTempDirectory("keyhaven-test-vault");
        VaultServer server = VaultServer.start(ServerOptions.on(data).withPorts(0, 0));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, data)));
        shared = new TestVault(server);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return shared;
  }

  /** {@code https://localhost:PORT}. */
  public String vaultUrl() {
    return server.vaultUrl();
  }

  /** {@code https://localhost:PORT} of the Managed HSM. */
  public String hsmUrl() {
    return server.hsmUrl();
  }

  /** The {@code connection.env}. */
  public Path connectionFile() {
    return server.connectionFile();
  }

  /** What {@code connection.env} says. */
  public ConnectionFile connection() {
    return connection;
  }

  /** PEM of the authority to trust. */
  public Path caFile() {
    return connection.caCertificate();
  }

  /** A bearer token for the vault, or for the Managed HSM; good for half an hour at least. */
  public synchronized String token(boolean managedHsm) {
    try {
      Held held = tokens.get(managedHsm);
      if (held == null || Instant.now().isAfter(held.until())) {
        Instant until = Instant.now().plus(Duration.ofMinutes(30));
        held = new Held(TokenRequest.send(connection, managedHsm ? hsmUrl() : vaultUrl()), until);
        tokens.put(managedHsm, held);
      }
      return held.token();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** TLS that trusts this server and no other. */
  public SSLContext tls() {
    try {
      return TokenRequest.trusting(connection);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void stop(VaultServer server, Path data) {
    server.close();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      // In a shutdown hook nobody catches it, and the directory is in the temporary one.
      System.err.println("the test vault's directory was not removed: " + e);
    }
  }
}
