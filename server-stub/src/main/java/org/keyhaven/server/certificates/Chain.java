package org.keyhaven.server.certificates;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.StandardBase64;
import org.keyhaven.server.ApiError;

/**
 * A certificate with those that issued it, leaf first.
 *
 * @param certificates at least one
 */
record Chain(List<X509Certificate> certificates) {
  private static final int LONGEST = 20;

  /** Made at the first merge: it is large. Authorities may have keys on secp256k1, which the JDK cannot verify. */
  private static final class Verifier {
    static final Provider PROVIDER = new BouncyCastleProvider();
  }

  Chain {
    certificates = List.copyOf(certificates);
  }

  /** A chain as this server stored it. */
  static Chain stored(List<byte[]> certificates) {
    List<X509Certificate> parsed = new ArrayList<>();
    for (byte[] der : certificates) {
      try {
        parsed.add(parse(der));
      } catch (CertificateException e) {
        throw new IllegalStateException("a certificate that was stored cannot be read", e);
      }
    }
    return new Chain(parsed);
  }

  /**
   * What somebody outside issued for a request: in any order, with the leaf that has the request's key, and whatever else of its
   * issuers was given. Certificates that belong to no chain from that leaf are refused, not dropped.
   *
   * @throws ApiError 400 when it is no such chain
   */
  static Chain merged(List<StandardBase64> given, JsonWebKey requestKey) {
    if (given == null || given.isEmpty() || given.size() > LONGEST || given.stream().anyMatch(Objects::isNull)) {
      throw ApiError.badParameter("Property x5c must have 1 to " + LONGEST + " certificates.");
    }
    List<X509Certificate> rest = new ArrayList<>();
    for (StandardBase64 der : given) {
      try {
        rest.add(parse(der.bytes()));
      } catch (CertificateException e) {
        throw new ApiError(400, "BadParameter", null, "Property x5c has a member that is no X.509 certificate.", e);
      }
    }
    List<X509Certificate> ordered = new ArrayList<>();
    X509Certificate next = leaf(rest, requestKey);
    while (next != null) {
      ordered.add(next);
      rest.remove(next);
      next = issuer(next, rest);
    }
    if (!rest.isEmpty()) {
      throw ApiError.badParameter("Property x5c has a certificate that did not issue the one before it in the chain: "
          + "send the new certificate and its issuers alone.");
    }
    return new Chain(ordered);
  }

  X509Certificate leaf() {
    return certificates.get(0);
  }

  List<byte[]> encoded() {
    return certificates.stream().map(Chain::encode).toList();
  }

  /** SHA-1 of the leaf, by which the service names certificates. */
  byte[] thumbprint() {
    try {
      return MessageDigest.getInstance("SHA-1").digest(encode(leaf()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has SHA-1", e);
    }
  }

  private static X509Certificate parse(byte[] der) throws CertificateException {
    ByteArrayInputStream in = new ByteArrayInputStream(der);
    X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    if (in.available() > 0 || !Arrays.equals(certificate.getEncoded(), der)) {
      throw new CertificateException("not one certificate in DER");
    }
    return certificate;
  }

  private static X509Certificate leaf(List<X509Certificate> all, JsonWebKey requestKey) {
    try {
      SubjectPublicKeyInfo wanted = PublicKeys.info(requestKey);
      for (X509Certificate certificate : all) {
        // Compared as encoded: the JDK cannot read every curve's keys.
        if (wanted.equals(info(certificate))) {
          return certificate;
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("the vault's public key cannot be encoded", e);
    }
    throw ApiError.badParameter("No certificate of x5c has the public key of the pending request: have the request signed that"
        + " GET pending answers.");
  }

  private static X509Certificate issuer(X509Certificate certificate, List<X509Certificate> candidates) {
    return candidates.stream().filter(candidate -> issued(candidate, certificate)).findFirst().orElse(null);
  }

  private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
    if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(BouncyCastleProvider.getPublicKey(info(issuer)), Verifier.PROVIDER);
      return true;
    } catch (IOException e) {
      throw new IllegalStateException("a certificate that was read cannot be written", e);
    } catch (GeneralSecurityException e) {
      // The answer to the question, not a failure: another authority of the same name, or an older key of it.
      return false;
    }
  }

  private static SubjectPublicKeyInfo info(X509Certificate certificate) {
    return Certificate.getInstance(encode(certificate)).getSubjectPublicKeyInfo();
  }

  private static byte[] encode(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateException e) {
      throw new IllegalStateException("a certificate that was read cannot be written", e);
    }
  }
}
