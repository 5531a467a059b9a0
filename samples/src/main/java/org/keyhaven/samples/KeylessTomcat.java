package org.keyhaven.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.keyhaven.provider.KeyhavenProvider;

/**
 * Tomcat with a certificate and key of a vault, configured as {@code server.xml} would:
 * {@code <Certificate certificateKeystoreType="Keyhaven" certificateKeystoreFile="NONE" certificateKeyAlias="web"/>}.
 *
 * <pre>java -cp ... org.keyhaven.samples.KeylessTomcat CONNECTION_FILE ALIAS PORT</pre>
 */
public final class KeylessTomcat implements AutoCloseable {
  private final Tomcat tomcat = new Tomcat();
  private final Connector connector = new Connector();

  /**
   * Starts to listen on the loopback interface. The provider must be installed.
   *
   * @param folder where Tomcat keeps its files
   * @param port 0 for any free one
   */
  public KeylessTomcat(Path folder, String alias, int port) throws LifecycleException {
    SSLHostConfig host = new SSLHostConfig();
    SSLHostConfigCertificate certificate = new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
    certificate.setCertificateKeystoreType("Keyhaven");
    certificate.setCertificateKeystoreFile("NONE");
    certificate.setCertificateKeyAlias(alias);
    host.addCertificate(certificate);

    connector.setPort(port);
    connector.setScheme("https");
    connector.setSecure(true);
    connector.setProperty("address", "localhost");
    connector.setProperty("SSLEnabled", "true");
    connector.addSslHostConfig(host);
    tomcat.setBaseDir(folder.toString());
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    context.getPipeline().addValve(new Hello());
    tomcat.start();
  }

  public int port() {
    return connector.getLocalPort();
  }

  /** Tomcat reads keys once: call this after a rotation, when the key store shows it (keyhaven.cache.refresh). */
  public void reload() {
    ((AbstractHttp11Protocol<?>) connector.getProtocolHandler()).reloadSslHostConfigs();
  }

  @Override
  public void close() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
  }

  /** Answers whatever is asked; a servlet would do as well. */
  private static final class Hello extends ValveBase {
    @Override
    public void invoke(Request request, Response response) throws IOException {
      response.setContentType("text/plain");
      response.getWriter().write("hello from Tomcat\n");
    }
  }

  @SuppressWarnings("resource") // serves until the process ends
  public static void main(String[] args) throws Exception {
    if (args.length != 3) {
      System.err.println("usage: KeylessTomcat CONNECTION_FILE ALIAS PORT, for instance"
          + " ~/.keyhaven/connection.env web 9443");
      System.exit(2);
    }
    Security.addProvider(new KeyhavenProvider().configure(args[0]));
    Path folder = Files.createTempDirectory("keyless-tomcat");
    System.out.println("READY https://localhost:" + new KeylessTomcat(folder, args[1], Integer.parseInt(args[2])).port());
  }
}
