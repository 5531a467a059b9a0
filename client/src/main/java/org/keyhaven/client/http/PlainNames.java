package org.keyhaven.client.http;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HttpClientHostnameVerifier;

/**
 * HttpClient's verification of host names, which begins with reading the JDK's tables of international ones. A name that stands in the
 * certificate letter by letter is found without; wildcards, addresses and everything else are HttpClient's to judge. Thread-safe.
 */
final class PlainNames implements HttpClientHostnameVerifier {
  private static final Integer DNS_NAME = 2; // RFC 5280, section 4.2.1.6

  private final DefaultHostnameVerifier others = new DefaultHostnameVerifier();

  /** @throws SSLException also when the certificate's names cannot be read, where HttpClient would go by its subject */
  @Override
  public void verify(String host, X509Certificate certificate) throws SSLException {
    if (isAddress(host) || !stands(host, certificate)) {
      others.verify(host, certificate);
    }
  }

  @Override
  public boolean verify(String host, SSLSession session) {
    return others.verify(host, session);
  }

  /** Whether it may be one; some names look so too. */
  private static boolean isAddress(String host) {
    return host.isEmpty() || host.indexOf(':') >= 0 || Character.isDigit(host.charAt(host.length() - 1));
  }

  private static boolean stands(String host, X509Certificate certificate) throws SSLException {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> name : names) {
          if (name.get(0).equals(DNS_NAME) && name.get(1).equals(host)) {
            return true;
          }
        }
      }
      return false;
    } catch (CertificateParsingException e) {
      throw new SSLException("the names in the server's certificate cannot be read", e);
    }
  }
}
