package org.keyhaven.samples;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.Security;
import org.keyhaven.provider.KeyhavenProvider;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServer;

/**
 * Spring Boot's web server with an SSL bundle whose key is in a vault. An application registers the same bundle in a bean of
 * type {@code SslBundleRegistrar} ({@code registry -> registry.registerBundle("vault", bundle)}) and sets
 * {@code server.ssl.bundle=vault}.
 *
 * <pre>java -cp ... org.keyhaven.samples.KeylessSpringBoot CONNECTION_FILE ALIAS PORT</pre>
 */
public final class KeylessSpringBoot implements AutoCloseable {
  private final WebServer server;

  /**
   * Starts to listen on the loopback interface.
   *
   * @param vault a loaded key store
   * @param port 0 for any free one
   */
  public KeylessSpringBoot(KeyStore vault, String alias, int port) {
    SslBundle bundle = SslBundle.of(SslStoreBundle.of(vault, null, null), SslBundleKey.of(null, alias));
    TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(port);
    factory.setAddress(InetAddress.getLoopbackAddress());
    factory.setSslBundles(new DefaultSslBundleRegistry("vault", bundle));
    factory.setSsl(Ssl.forBundle("vault"));
    server = factory.getWebServer(context -> context.addServlet("hello", new Hello()).addMapping("/"));
    server.start();
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.destroy();
  }

  private static final class Hello extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
      response.setContentType("text/plain");
      response.getWriter().write("hello from Spring Boot\n");
    }
  }

  @SuppressWarnings("resource") // serves until the process ends
  public static void main(String[] args) throws Exception {
    if (args.length != 3) {
      System.err.println("usage: KeylessSpringBoot CONNECTION_FILE ALIAS PORT, for instance"
          + " ~/.keyhaven/connection.env web 9443");
      System.exit(2);
    }
    Security.addProvider(new KeyhavenProvider().configure(args[0]));
    KeyStore vault = KeyStore.getInstance("Keyhaven");
    vault.load(null, null);
    KeylessSpringBoot server = new KeylessSpringBoot(vault, args[1], Integer.parseInt(args[2]));
    System.out.println("READY https://localhost:" + server.port());
  }
}
