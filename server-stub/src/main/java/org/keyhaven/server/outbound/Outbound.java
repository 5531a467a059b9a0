package org.keyhaven.server.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.keyhaven.server.StartupException;

/** Sends requests to other servers: https alone, no redirects, an answer within seconds and of bounded size. Thread-safe. */
public final class Outbound {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final String JSSE = "SunJSSE";

  private final Path authorities;
  private HttpClient client;

  private Outbound(Path authorities) {
    this.authorities = authorities;
  }

  /**
   * @param authorities PEM certificates to trust; null for those of the platform
   * @throws StartupException when the file has none
   */
  public static Outbound trusting(Path authorities) {
    Outbound outbound = new Outbound(authorities);
    if (authorities != null) {
      outbound.client();
    }
    return outbound;
  }

  /**
   * Fetches what is there.
   *
   * @param most bytes
   * @throws OutboundException unless the answer is 200, in time, and small enough
   */
  public byte[] get(URI address, int most) throws OutboundException {
    HttpResponse<byte[]> response = send(HttpRequest.newBuilder(https(address)).GET(), address, most);
    if (response.statusCode() != 200) {
      throw new OutboundException(shown(address) + " answered with status " + response.statusCode());
    }
    return response.body();
  }

  /**
   * Posts JSON.
   *
   * @return the status of the answer, whose body is not used
   * @throws OutboundException when there is none in time
   */
  public int post(URI address, byte[] json, Map<String, String> headers) throws OutboundException {
    HttpRequest.Builder request = HttpRequest.newBuilder(https(address)).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(json));
    headers.forEach(request::header);
    return send(request, address, 0).statusCode();
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request, URI address, int most) throws OutboundException {
    CompletableFuture<HttpResponse<byte[]>> response =
        client().sendAsync(request.build(), info -> new BoundedBody(most));
    try {
      return response.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new OutboundException(shown(address) + " cannot be asked: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      response.cancel(true);
      throw new OutboundException(shown(address) + " did not answer within " + DEADLINE.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      response.cancel(true);
      Thread.currentThread().interrupt();
      throw new OutboundException("the server is stopping", e);
    }
  }

  /** Made when it is first needed: the platform's certificates take a while to read, and most servers never ask others. */
  private synchronized HttpClient client() {
    if (client == null) {
      client = HttpClient.newBuilder().sslContext(tls(authorities)).connectTimeout(DEADLINE)
          .followRedirects(HttpClient.Redirect.NEVER).build();
    }
    return client;
  }

  private static SSLContext tls(Path authorities) {
    try {
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX", JSSE);
      trust.init(authorities == null ? null : read(authorities));
      SSLContext tls = SSLContext.getInstance("TLS", JSSE);
      tls.init(null, trust.getTrustManagers(), null);
      return tls;
    } catch (IOException | GeneralSecurityException e) {
      throw new StartupException("cannot use the certificates to trust" + (authorities == null ? "" : " in " + authorities)
          + ": " + e.getMessage(), e);
    }
  }

  /** Without user and query, which often hold the secret that a webhook knows its callers by. */
  private static String shown(URI address) {
    String port = address.getPort() < 0 ? "" : ":" + address.getPort();
    String path = address.getRawPath() == null ? "" : address.getRawPath();
    return address.getScheme() + "://" + address.getHost() + port + path;
  }

  private static URI https(URI address) throws OutboundException {
    if (!"https".equals(address.getScheme()) || address.getHost() == null) {
      throw new OutboundException(shown(address) + " is not an https address");
    }
    return address;
  }

  private static KeyStore read(Path file) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12", JSSE);
    trusted.load(null);
    try (InputStream in = Files.newInputStream(file)) {
      for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("authority" + trusted.size(), certificate);
      }
    }
    if (trusted.size() == 0) {
      throw new IOException("there is no PEM certificate in it");
    }
    return trusted;
  }
}
