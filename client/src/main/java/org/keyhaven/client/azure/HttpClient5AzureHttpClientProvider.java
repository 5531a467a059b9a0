package org.keyhaven.client.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpClientProvider;
import com.azure.core.http.ProxyOptions;
import com.azure.core.util.Configuration;
import com.azure.core.util.HttpClientOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.keyhaven.client.http.Exchange;
import org.keyhaven.client.http.Proxies;
import org.keyhaven.client.http.Trust;
import org.keyhaven.client.http.Trusted;

/**
 * Lets azure-core, and so Azure Identity and Microsoft's vault clients, run over HttpClient 5: no Netty needed. Found by
 * azure-core's own service loader.
 *
 * <p>Servers are trusted as the platform says, and by the PEM file that the system property {@code keyhaven.ca.file} or the
 * environment's {@code KEYHAVEN_CA_FILE} names, in addition. Clients without options of their own share connections.
 */
public final class HttpClient5AzureHttpClientProvider implements HttpClientProvider {
  private static final Map<String, HttpClient> SHARED = new ConcurrentHashMap<>();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration IDLE = Duration.ofMinutes(3);
  private static final int MAX_CONNECTIONS = 64;
  private static final int LARGEST_ANSWER = 16 << 20;

  /** For the service loader. */
  public HttpClient5AzureHttpClientProvider() { }

  /** @throws UncheckedIOException when the CA file cannot be read */
  @Override
  public HttpClient createInstance() {
    return SHARED.computeIfAbsent(caFile(), HttpClient5AzureHttpClientProvider::withDefaults);
  }

  /** Heeds connect timeout, response timeout, pool size and an HTTP proxy with or without authentication. */
  @Override
  public HttpClient createInstance(HttpClientOptions options) {
    if (options == null) {
      return createInstance();
    }
    Duration connectTimeout = options.getConnectTimeout() == null ? CONNECT_TIMEOUT : options.getConnectTimeout();
    Duration answerTimeout = options.getResponseTimeout() == null ? ANSWER_TIMEOUT : options.getResponseTimeout();
    int connections = options.getMaximumConnectionPoolSize() == null ? MAX_CONNECTIONS : options.getMaximumConnectionPoolSize();
    return client(caFile(), bounded(connectTimeout), connections, proxiesOf(options), bounded(answerTimeout));
  }

  private static HttpClient withDefaults(String caFile) {
    return client(caFile, CONNECT_TIMEOUT, MAX_CONNECTIONS, proxiesOf(new HttpClientOptions()), ANSWER_TIMEOUT);
  }

  private static HttpClient client(String caFile, Duration connectTimeout, int connections, Proxies proxies, Duration answerTimeout) {
    // http is for the managed-identity endpoints of Azure's machines, which speak nothing else.
    return new HttpClient5AzureHttpClient(new Exchange(new Exchange.Settings(Trusted.platform(trust(caFile)), connectTimeout,
        connections, IDLE, proxies, LARGEST_ANSWER, true)), answerTimeout);
  }

  private static SSLContext trust(String caFile) {
    try {
      return caFile.isEmpty() ? Trust.platform() : Trust.platformAnd(Path.of(caFile));
    } catch (IOException e) {
      throw new UncheckedIOException("the CA file " + caFile + " (keyhaven.ca.file, KEYHAVEN_CA_FILE) cannot be used", e);
    }
  }

  /** Empty when none is configured. */
  private static String caFile() {
    String property = System.getProperty("keyhaven.ca.file");
    String file = property == null || property.isEmpty() ? System.getenv("KEYHAVEN_CA_FILE") : property;
    return file == null ? "" : file;
  }

  /** What the options say, or else the configuration (HTTPS_PROXY, NO_PROXY and their relatives), or else the JVM's properties. */
  private static Proxies proxiesOf(HttpClientOptions options) {
    ProxyOptions proxy = options.getProxyOptions() != null ? options.getProxyOptions()
        : ProxyOptions.fromConfiguration(options.getConfiguration() == null ? Configuration.getGlobalConfiguration()
            : options.getConfiguration());
    return proxy == null ? Proxies.system() : Proxies.of(new ConfiguredProxy(proxy), proxy.getUsername(),
        proxy.getPassword() == null ? new char[0] : proxy.getPassword().toCharArray());
  }

  /** Azure's options say zero for no limit; ours always have one. */
  private static Duration bounded(Duration timeout) {
    return timeout.isZero() || timeout.isNegative() ? ANSWER_TIMEOUT : timeout;
  }
}
