package org.keyhaven.samples;

import java.security.KeyStore;
import java.security.Security;
import javax.net.ssl.X509ExtendedKeyManager;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SniX509ExtendedKeyManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.keyhaven.provider.KeyhavenProvider;

/**
 * Jetty with the certificates and keys of a vault, each for the names in it (SNI).
 *
 * <pre>java -cp ... org.keyhaven.samples.KeylessJetty CONNECTION_FILE PORT</pre>
 */
public final class KeylessJetty implements AutoCloseable {
  private final Server server = new Server();
  private final ServerConnector connector;

  /**
   * Starts to listen on the loopback interface.
   *
   * @param vault a loaded key store
   * @param port 0 for any free one
   */
  public KeylessJetty(KeyStore vault, int port) throws Exception {
    SslContextFactory.Server tls = new VaultTls();
    tls.setKeyStore(vault);
    // PKIX, unlike SunX509, asks the key store anew, so that a rotated certificate is picked up.
    tls.setKeyManagerFactoryAlgorithm("PKIX");

    HttpConfiguration https = new HttpConfiguration();
    https.addCustomizer(new SecureRequestCustomizer());
    connector = new ServerConnector(server, tls, new HttpConnectionFactory(https));
    connector.setHost("localhost");
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(new Hello());
    server.start();
  }

  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    LifeCycle.stop(server);
  }

  /** The JDK's PKIX key manager gives aliases as {@code 12.0.web}; Jetty looks for {@code web}. */
  private static final class VaultTls extends SslContextFactory.Server {
    @Override
    protected X509ExtendedKeyManager newSniX509ExtendedKeyManager(X509ExtendedKeyManager keyManager) {
      SniX509ExtendedKeyManager sni = new SniX509ExtendedKeyManager(keyManager, this);
      sni.setAliasMapper(alias -> alias.replaceFirst("^\\d+\\.\\d+\\.", ""));
      return sni;
    }
  }

  private static final class Hello extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
      Content.Sink.write(response, true, "hello from Jetty\n", callback);
      return true;
    }
  }

  @SuppressWarnings("resource") // serves until the process ends
  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      System.err.println("usage: KeylessJetty CONNECTION_FILE PORT, for instance ~/.keyhaven/connection.env 9443");
      System.exit(2);
    }
    Security.addProvider(new KeyhavenProvider().configure(args[0]));
    KeyStore vault = KeyStore.getInstance("Keyhaven");
    vault.load(null, null);
    System.out.println("READY https://localhost:" + new KeylessJetty(vault, Integer.parseInt(args[1])).port());
  }
}
