package org.keyhaven.client.http;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Asks a trust manager and, only when that refuses, a second one that trusts more and is expensive to make. What neither trusts is
 * refused with the reason of the second. Thread-safe.
 */
final class FallbackTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager first;
  private final Source source;
  private X509ExtendedTrustManager second;

  /** Makes the second trust manager. */
  interface Source {
    X509ExtendedTrustManager make() throws GeneralSecurityException, IOException;
  }

  /** @param source called once at most, unless it throws */
  FallbackTrust(X509ExtendedTrustManager first, Source source) {
    this.first = first;
    this.source = source;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
    try {
      first.checkServerTrusted(chain, type, socket);
    } catch (CertificateException e) {
      second().checkServerTrusted(chain, type, socket);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
    try {
      first.checkServerTrusted(chain, type, engine);
    } catch (CertificateException e) {
      second().checkServerTrusted(chain, type, engine);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    try {
      first.checkServerTrusted(chain, type);
    } catch (CertificateException e) {
      second().checkServerTrusted(chain, type);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
    throw notAServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
    throw notAServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw notAServer();
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    try {
      return second().getAcceptedIssuers();
    } catch (CertificateException e) {
      // Only names what may be sent; the checks themselves will say what is wrong.
      return first.getAcceptedIssuers();
    }
  }

  private static CertificateException notAServer() {
    return new CertificateException("clients are not verified here");
  }

  private synchronized X509ExtendedTrustManager second() throws CertificateException {
    if (second == null) {
      try {
        second = source.make();
      } catch (GeneralSecurityException | IOException e) {
        throw new CertificateException("the platform's trusted certificates cannot be read: " + e.getMessage(), e);
      }
    }
    return second;
  }
}
