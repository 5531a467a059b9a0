package org.keyhaven.client.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;

/**
 * Which servers are trusted. Their names are verified in addition, always by HttpClient, once a handshake is over and before anything is
 * sent.
 *
 * @param context may wait for one that is being made
 */
public record Trusted(Supplier<SSLContext> context, Origin origin) {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final String[] WEAK =
      {"_NULL_", "_anon_", "_EXPORT_", "_DES_CBC_", "_DES40_CBC_", "_3DES_EDE_CBC_", "_RC4_", "_RC2_CBC_"};

  /** Whose authorities are trusted. */
  public enum Origin {
    /** Those of a context of the caller's making. */
    CALLERS_CONTEXT,
    /** The platform's, perhaps among others. */
    PLATFORM,
    /**
     * Those of a file alone. JSSE, which otherwise verifies names too, is not asked to: it does so more strictly for authorities of the
     * platform, and to know these it reads all certificates of the JDK, more than a hundred, at the first handshake. That was a tenth
     * of the time of a JVM's first signature.
     */
    FILE
  }

  public Trusted {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(origin, "origin");
  }

  /** The platform's authorities, perhaps among others. */
  public static Trusted platform(SSLContext context) {
    return new Trusted(() -> context, Origin.PLATFORM);
  }

  /** How a reactor secures its connections, HTTP/2 among them. */
  TlsStrategy forReactor() {
    return strategy(context.get(), null);
  }

  /** How a socket is secured. */
  TlsSocketStrategy forSockets() {
    SSLContext made = context.get();
    return strategy(made, origin == Origin.CALLERS_CONTEXT ? null : strong(made.getSocketFactory().getDefaultCipherSuites()));
  }

  private DefaultClientTlsStrategy strategy(SSLContext made, String[] suites) {
    return new DefaultClientTlsStrategy(made, PROTOCOLS, suites, SSLBufferMode.STATIC,
        // HttpClient's own in each case: a context's trust manager may skip JSSE's.
        origin == Origin.FILE ? HostnameVerificationPolicy.CLIENT : HostnameVerificationPolicy.BOTH, new PlainNames());
  }

  /**
   * The cipher suites that HttpClient would leave in. It looks for the weak ones with regular expressions, which takes a JVM that has just
   * started longer than agreeing on keys.
   */
  static String[] strong(String... suites) {
    List<String> strong = new ArrayList<>(suites.length);
    for (String suite : suites) {
      if (!isWeak(suite)) {
        strong.add(suite);
      }
    }
    return strong.toArray(new String[0]);
  }

  private static boolean isWeak(String suite) {
    for (String part : WEAK) {
      if (suite.contains(part)) {
        return true;
      }
    }
    return false;
  }
}
