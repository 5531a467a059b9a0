package org.keyhaven.provider;

import java.io.ByteArrayInputStream;
import java.security.NoSuchProviderException;
import java.security.ProviderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.keyhaven.client.wire.Certificates.CertificateBundle;
import org.keyhaven.client.wire.StandardBase64;

/** Certificates of the JDK's own making from what the vault shows. */
final class X509 {
  private X509() { }

  /** The chain, leaf first: all of it from a vault that shows all, otherwise the leaf; empty while it is pending. */
  static List<X509Certificate> chain(CertificateBundle bundle) throws CertificateException {
    if (bundle.x5c() != null && !bundle.x5c().isEmpty()) {
      List<X509Certificate> chain = new ArrayList<>(bundle.x5c().size());
      for (StandardBase64 encoded : bundle.x5c()) {
        chain.add(decode(encoded));
      }
      return List.copyOf(chain);
    }
    return bundle.cer() == null ? List.of() : List.of(decode(bundle.cer()));
  }

  private static X509Certificate decode(StandardBase64 encoded) throws CertificateException {
    try {
      return (X509Certificate) CertificateFactory.getInstance("X.509", "SUN")
          .generateCertificate(new ByteArrayInputStream(encoded.bytes()));
    } catch (NoSuchProviderException e) {
      throw new ProviderException("this Java runtime has no provider SUN", e);
    }
  }
}
