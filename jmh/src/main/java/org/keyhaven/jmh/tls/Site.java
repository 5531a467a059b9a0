package org.keyhaven.jmh.tls;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * The JDK's HTTPS server. It answers a request when somebody asks for that, so that nothing is done out of turn; clients
 * that have shaken hands wait meanwhile. Thread-safe.
 */
final class Site implements AutoCloseable {
  private static final byte[] PAGE = "Hello".getBytes(StandardCharsets.US_ASCII);
  private static final int BACKLOG = 64;
  /** A peer that is gone ends a benchmark. */
  private static final int PATIENCE_SECONDS = 120;

  static {
    // Head and body of an answer are two packets, of which the second would wait for the client's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final Handshake handshake;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Semaphore wanted = new Semaphore(0);
  private final Semaphore answered = new Semaphore(0);

  /** @param clientsToo whether clients have to show a certificate */
  Site(SSLContext context, Handshake handshake, boolean clientsToo) throws IOException {
    this.handshake = handshake;
    SSLParameters parameters = context.getDefaultSSLParameters();
    parameters.setProtocols(new String[] {handshake.protocol()});
    parameters.setNeedClientAuth(clientsToo);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.setHttpsConfigurator(new HttpsConfigurator(context) {
      @Override
      public void configure(HttpsParameters connection) {
        connection.setSSLParameters(parameters);
      }
    });
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Lets one more request be answered, and waits for an answer. */
  void serve() throws IOException, InterruptedException {
    wanted.release();
    if (!answered.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("nobody asked for anything in " + PATIENCE_SECONDS + " seconds");
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      handshake.check(((HttpsExchange) exchange).getSSLSession());
      wanted.acquire();
      exchange.sendResponseHeaders(200, PAGE.length);
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(PAGE);
      }
      answered.release();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server is being closed");
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
