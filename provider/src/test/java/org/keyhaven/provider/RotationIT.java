package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.wire.Certificates.CertificateCreateParameters;
import org.keyhaven.client.wire.Certificates.CertificateItem;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.client.wire.Certificates.IssuerParameters;
import org.keyhaven.client.wire.Certificates.KeyProperties;
import org.keyhaven.client.wire.Certificates.SubjectAlternativeNames;
import org.keyhaven.client.wire.Certificates.X509Properties;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.TestVault;

/**
 * A TLS server under load while its certificate gets version after version, each with a new key. How many handshakes is the
 * system property {@code keyhaven.handshakes}; its default is quick and too few to see a slow leak, 10000 are not.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class RotationIT {
  private static final int HANDSHAKES = Integer.getInteger("keyhaven.handshakes", 400);
  private static final int CLIENTS = 16;
  private static final int LEAST_ROTATIONS = 3;
  private static final Duration REFRESH = Duration.ofSeconds(1);
  private static final String NAME = RemoteKeys.name("rotating");
  private static final String HOST = NAME + ".test";

  private static KeyhavenProvider provider;
  private static KeyhavenClient client;

  @BeforeAll
  static void open() {
    provider = RemoteKeys.provider();
    Security.addProvider(provider);
    client = KeyhavenClient.builder().vault(URI.create(TestVault.get().vaultUrl())).caFile(TestVault.get().caFile())
        .tokenSource(TokenSource.fixed(TestVault.get().token(false))).build();
  }

  @AfterAll
  static void close() {
    client.close();
    Security.removeProvider(KeyhavenProvider.NAME);
  }

  @Test
  void noHandshakeFailsAndNothingGrowsWhileKeysRotate() throws Exception {
    rotate();
    KeyStore store = KeyStore.getInstance("Keyhaven", provider);
    store.load(KeyhavenLoadStoreParameter.builder().cacheRefresh(REFRESH).build());
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, null);
    Peer peer = new Peer();
    int signatures = 0;
    try (Server server = new Server(Handshake.context(keys.getKeyManagers(), null))) {
      underLoad(server, peer, HANDSHAKES / 5);
      Footprint before = Footprint.now();
      try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
        int done = underLoad(server, peer, HANDSHAKES - HANDSHAKES / 5);
        signatures = requests.naming("/keys/" + NAME + "/").size();
        assertThat(signatures).as("one signature a handshake, none resumed").isEqualTo(done);
      }
      Footprint after = Footprint.now();
      System.out.println("RotationIT: " + signatures + " handshakes, " + peer.shown.size() + " keys; before " + before
          + ", after " + after);
      assertThat(server.failures).isEmpty();
      assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + CLIENTS);
      assertThat(after.files()).isLessThanOrEqualTo(before.files() + 2 * CLIENTS);
      assertThat(after.heapMegabytes()).isLessThanOrEqualTo(before.heapMegabytes() + 24);
    }
    Set<X509Certificate> versions = ConcurrentHashMap.newKeySet();
    for (CertificateItem item : client.certificates().listVersions(NAME)) {
      versions.add(X509.chain(client.certificates().get(NAME, item.id().version())).get(0));
    }
    assertThat(versions).containsAll(peer.shown);
    assertThat(peer.shown.stream().map(X509Certificate::getPublicKey).distinct()).hasSameSizeAs(peer.shown);
  }

  /** @return how many handshakes there were: at least {@code count}, and as many as it takes to see some rotations */
  private static int underLoad(Server server, Peer peer, int count) throws Exception {
    AtomicInteger handshakes = new AtomicInteger();
    AtomicBoolean enough = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(threads.submit(() -> {
          while (!enough.get()) {
            peer.connect(server.port());
            handshakes.incrementAndGet();
          }
          return null;
        }));
      }
      all.add(threads.submit(() -> {
        try {
          for (int rotations = 0; rotations < LEAST_ROTATIONS || handshakes.get() < count; rotations++) {
            peer.await(rotate());
          }
        } finally {
          enough.set(true);
        }
        return null;
      }));
      for (Future<?> each : all) {
        each.get();
      }
      return handshakes.get();
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  /** A new version with a new key. */
  private static X509Certificate rotate() throws Exception {
    client.certificates().create(NAME, new CertificateCreateParameters(
        new CertificatePolicy(null, new KeyProperties(false, KeyType.EC_HSM, null, false, null), null,
            new X509Properties("CN=" + HOST, null, new SubjectAlternativeNames(null, List.of(HOST), null, null, null),
                List.of("digitalSignature", "keyAgreement"), 12),
            null, new IssuerParameters(IssuerParameters.SELF, null, null), null), null, null, null));
    return X509.chain(client.certificates().awaitCompletion(NAME, Duration.ofSeconds(60))).get(0);
  }

  /** What must not grow; after a collection of garbage. */
  private record Footprint(int threads, long files, long heapMegabytes) {
    static Footprint now() {
      System.gc();
      System.gc();
      long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      // Those of the vault's web server come and go.
      long threads = Thread.getAllStackTraces().keySet().stream().filter(thread -> !thread.getName().startsWith("qtp")
          && !thread.getName().contains("Jetty")).count();
      long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
          ? unix.getOpenFileDescriptorCount() : 0;
      return new Footprint((int) threads, files, used >> 20);
    }
  }

  /** The side that connects: takes any certificate and remembers it, as TLS itself proves possession of the key. */
  private static final class Peer extends X509ExtendedTrustManager {
    private final Set<X509Certificate> shown = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final SSLContext context = SSLContext.getInstance("TLS");

    Peer() throws Exception {
      context.init(null, new TrustManager[] {this}, null);
      context.getClientSessionContext().setSessionCacheSize(CLIENTS);
    }

    void connect(int port) throws IOException {
      // JSSE resumes sessions by the peer's name and port: with a new name each time there is nothing to resume.
      String name = "connection-" + connections.incrementAndGet();
      try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
          .createSocket(new Socket(InetAddress.getLoopbackAddress(), port), name, port, true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(HOST)));
        socket.setSSLParameters(parameters);
        socket.getOutputStream().write(42);
        if (socket.getInputStream().read() != 42) {
          throw new IOException("the server closed the connection");
        }
      }
    }

    /** Until a handshake has shown this certificate. */
    synchronized void await(X509Certificate certificate) throws InterruptedException {
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      while (!shown.contains(certificate)) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError("the new certificate was never shown");
        }
        wait(left);
      }
    }

    private void remember(X509Certificate[] chain) {
      if (shown.add(chain[0])) {
        synchronized (this) {
          notifyAll();
        }
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
      remember(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
      remember(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      remember(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) { }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) { }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) { }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Gives back one byte a connection. */
  private static final class Server implements AutoCloseable {
    private final ConcurrentLinkedQueue<IOException> failures = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1);
    private final SSLServerSocket listening;

    Server(SSLContext context) throws IOException {
      context.getServerSessionContext().setSessionCacheSize(CLIENTS);
      listening = (SSLServerSocket) context.getServerSocketFactory()
          .createServerSocket(0, 2 * CLIENTS, InetAddress.getLoopbackAddress());
      threads.execute(() -> {
        while (!listening.isClosed()) {
          try {
            SSLSocket accepted = (SSLSocket) listening.accept();
            threads.execute(() -> echo(accepted));
          } catch (IOException e) {
            if (!listening.isClosed()) {
              failures.add(e);
            }
          }
        }
      });
    }

    int port() {
      return listening.getLocalPort();
    }

    private void echo(SSLSocket accepted) {
      try (accepted) {
        accepted.getOutputStream().write(accepted.getInputStream().read());
      } catch (IOException e) {
        failures.add(e);
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
      threads.shutdownNow();
    }
  }
}
