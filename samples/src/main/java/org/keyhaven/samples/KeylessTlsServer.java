package org.keyhaven.samples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.Security;
import java.util.Collections;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.keyhaven.provider.KeyhavenProvider;

/**
 * An HTTPS server that holds no private key: its certificates and keys are those of a vault, and the vault signs once in each full
 * handshake. The rest of TLS stays in this JVM.
 *
 * <pre>java -cp ... org.keyhaven.samples.KeylessTlsServer CONNECTION_FILE PORT</pre>
 *
 * Prints {@code READY https://localhost:PORT} when it listens (port 0: any free one), then one line a request: protocol, cipher suite
 * and the type of the key that answered. Ends with its process.
 */
public final class KeylessTlsServer implements AutoCloseable {
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /**
   * Starts to listen on the loopback interface.
   *
   * @param vault a loaded key store; a server certificate is picked from it for each handshake
   * @param port 0 for any free one
   */
  public KeylessTlsServer(KeyStore vault, int port) throws IOException, GeneralSecurityException {
    requireKey(vault);
    // PKIX, unlike SunX509, asks the key store anew, so that a rotated certificate is picked up.
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(vault, null);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);

    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.setExecutor(threads);
    server.createContext("/", KeylessTlsServer::answer);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Fails now rather than in the first handshake; and what was looked up here, the first handshake need not look up. */
  private static void requireKey(KeyStore vault) throws GeneralSecurityException {
    int keys = 0;
    for (String alias : Collections.list(vault.aliases())) {
      if (vault.isKeyEntry(alias) && vault.getCertificate(alias) != null) {
        keys++;
      }
    }
    if (keys == 0) {
      throw new KeyStoreException("the vault has no key with a certificate to serve with");
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    SSLSession session = ((HttpsExchange) exchange).getSSLSession();
    String line = session.getProtocol() + " " + session.getCipherSuite() + " "
        + session.getLocalCertificates()[0].getPublicKey().getAlgorithm();
    System.out.println(line);
    byte[] body = (line + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }

  @SuppressWarnings("resource") // serves until the process ends
  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      System.err.println("usage: KeylessTlsServer CONNECTION_FILE PORT, for instance ~/.keyhaven/connection.env 9443");
      System.exit(2);
    }
    Security.addProvider(new KeyhavenProvider().configure(args[0]));
    KeyStore vault = KeyStore.getInstance("Keyhaven");
    vault.load(null, null);
    KeylessTlsServer server = new KeylessTlsServer(vault, Integer.parseInt(args[1]));
    System.out.println("READY https://localhost:" + server.port());
  }
}
