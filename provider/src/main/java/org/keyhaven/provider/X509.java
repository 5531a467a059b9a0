package org.keyhaven.provider;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchProviderException;
import java.security.ProviderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.keyhaven.client.wire.Certificates.CertificateBundle;
import org.keyhaven.client.wire.StandardBase64;

/** Certificates of the JDK's own making from what the vault shows. */
final class X509 {
  private static final int LONGEST_CHAIN = 10;

  private X509() { }

  /**
   * The certificates of a PEM file, in any order.
   *
   * @throws IllegalArgumentException with a reason of one line when there are none to be read
   */
  static List<X509Certificate> pem(Path file) {
    List<X509Certificate> certificates = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (Certificate certificate : CertificateFactory.getInstance("X.509", "SUN").generateCertificates(in)) {
        certificates.add((X509Certificate) certificate);
      }
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException("the chain file " + file + " cannot be used: " + e.getMessage(), e);
    } catch (NoSuchProviderException e) {
      throw noSun(e);
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("the chain file " + file + " holds no certificate in PEM");
    }
    return List.copyOf(certificates);
  }

  /**
   * A chain with the issuers that are missing at its end, as far as they are among the given ones: each named as the issuer,
   * and its key verifies the signature.
   */
  static List<X509Certificate> completed(List<X509Certificate> chain, List<X509Certificate> issuers) {
    List<X509Certificate> completed = new ArrayList<>(chain);
    while (!completed.isEmpty() && completed.size() < LONGEST_CHAIN) {
      X509Certificate last = completed.get(completed.size() - 1);
      X509Certificate issuer = issuer(last, completed, issuers);
      if (issuer == null) {
        break;
      }
      completed.add(issuer);
    }
    return List.copyOf(completed);
  }

  /** @return null when it is not among them, or there already */
  private static X509Certificate issuer(X509Certificate of, List<X509Certificate> there, List<X509Certificate> issuers) {
    for (X509Certificate candidate : issuers) {
      if (!there.contains(candidate) && issued(candidate, of)) {
        return candidate;
      }
    }
    return null;
  }

  private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
    if (certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())
        || !issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      // Another key of the same name: not the issuer.
      return false;
    }
  }

  /** The chain, leaf first: all of it from a vault that shows all, otherwise the leaf; empty while it is pending. */
  static List<X509Certificate> chain(CertificateBundle bundle) throws CertificateException {
    if (bundle.x5c() != null && !bundle.x5c().isEmpty()) {
      List<X509Certificate> chain = new ArrayList<>(bundle.x5c().size());
      for (StandardBase64 encoded : bundle.x5c()) {
        chain.add(decode(encoded.bytes()));
      }
      return List.copyOf(chain);
    }
    return bundle.cer() == null ? List.of() : List.of(decode(bundle.cer().bytes()));
  }

  /** @param der one certificate */
  static X509Certificate decode(byte[] der) throws CertificateException {
    try {
      return (X509Certificate) CertificateFactory.getInstance("X.509", "SUN")
          .generateCertificate(new ByteArrayInputStream(der));
    } catch (NoSuchProviderException e) {
      throw noSun(e);
    }
  }

  private static ProviderException noSun(NoSuchProviderException e) {
    return new ProviderException("this Java runtime has no provider SUN", e);
  }
}
