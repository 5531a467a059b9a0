package org.keyhaven.samples;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * A plain TLS client that knows nothing of Keyhaven: trusts what is in a PKCS#12 file, and prints what the server answered.
 *
 * <pre>java -cp ... org.keyhaven.samples.TlsClient URL TRUST_FILE PASSWORD PROTOCOL</pre>
 */
public final class TlsClient {
  private TlsClient() { }

  public static void main(String[] args) throws Exception {
    if (args.length != 4) {
      System.err.println("usage: TlsClient URL TRUST_STORE PASSWORD PROTOCOL, for instance"
          + " https://localhost:9443/ trust.p12 changeit TLSv1.3");
      System.exit(2);
    }
    KeyStore trust = KeyStore.getInstance(Path.of(args[1]).toFile(), args[2].toCharArray());
    System.out.print(get(URI.create(args[0]), trust, args[3]));
  }

  /**
   * Gets {@code url} over exactly this version of TLS, the server's name checked.
   *
   * @param protocol {@code TLSv1.3} or {@code TLSv1.2}
   * @return the body of the answer
   */
  static String get(URI url, KeyStore trust, String protocol)
      throws GeneralSecurityException, IOException, InterruptedException {
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(trust);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trusted.getTrustManagers(), null);
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {protocol});
    HttpClient client = HttpClient.newBuilder().sslContext(tls).sslParameters(parameters).build();
    HttpResponse<String> response = client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("the server answered " + response.statusCode());
    }
    return response.body();
  }
}
