package org.keyhaven.server.certificates;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
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
  private static final int LONGEST = 10;
  private static final int MOST_BYTES = 1 << 14;
  private static final int MOST_RSA_BITS = 8192;
  private static final int MOST_EXPONENT_BITS = 64;

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
    if (given == null || given.stream().anyMatch(Objects::isNull)) {
      throw wrongCount();
    }
    return ordered(given.stream().map(StandardBase64::bytes).toList(), requestKey,
        "No certificate of x5c has the public key of the pending request: have the request signed that GET pending"
            + " answers.");
  }

  /**
   * What came along with a private key: in any order and complete, as in {@link #merged}.
   *
   * @throws ApiError 400 when it is no such chain
   */
  static Chain imported(List<byte[]> given, JsonWebKey key) {
    return ordered(given, key, "No certificate of Property value has the public key of the private key there.");
  }

  private static Chain ordered(List<byte[]> given, JsonWebKey leafKey, String noLeaf) {
    if (given.isEmpty() || given.size() > LONGEST) {
      throw wrongCount();
    }
    List<X509Certificate> rest = new ArrayList<>();
    for (byte[] der : given) {
      if (der.length > MOST_BYTES) {
        throw ApiError.badParameter("The chain has a certificate of more than " + MOST_BYTES + " bytes.");
      }
      try {
        requireOrdinaryKey(Certificate.getInstance(der).getSubjectPublicKeyInfo());
        rest.add(parse(der));
      } catch (IOException | CertificateException | IllegalArgumentException e) {
        throw new ApiError(400, "BadParameter", null, "The chain has a member that is no X.509 certificate.", e);
      }
    }
    List<X509Certificate> ordered = new ArrayList<>();
    X509Certificate next = leaf(rest, leafKey, noLeaf);
    while (next != null) {
      ordered.add(next);
      rest.remove(next);
      next = issuer(next, rest);
    }
    if (!rest.isEmpty()) {
      throw ApiError.badParameter("The chain has a certificate that did not issue the one before it in the chain: "
          + "send the new certificate and its issuers alone.");
    }
    return new Chain(ordered);
  }

  private static ApiError wrongCount() {
    return ApiError.badParameter("A chain has 1 to " + LONGEST + " certificates.");
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

  /** Before the key is decoded or used: one made to be slow must not keep the server busy. */
  private static void requireOrdinaryKey(SubjectPublicKeyInfo key) throws IOException {
    ASN1ObjectIdentifier algorithm = key.getAlgorithm().getAlgorithm();
    if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption) || algorithm.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
      RSAPublicKey rsa = RSAPublicKey.getInstance(key.parsePublicKey());
      if (rsa.getModulus().bitLength() <= MOST_RSA_BITS && rsa.getPublicExponent().bitLength() <= MOST_EXPONENT_BITS) {
        return;
      }
    } else if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)
        && key.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier curve
        && ECNamedCurveTable.getByOIDLazy(curve) != null) {
      return;
    }
    throw ApiError.badParameter("The chain has a certificate with a key that is neither RSA up to " + MOST_RSA_BITS
        + " bits with an exponent up to " + MOST_EXPONENT_BITS + " bits, nor EC on a named curve.");
  }

  private static X509Certificate leaf(List<X509Certificate> all, JsonWebKey leafKey, String none) {
    try {
      SubjectPublicKeyInfo wanted = PublicKeys.info(leafKey);
      for (X509Certificate certificate : all) {
        // Compared as encoded: the JDK cannot read every curve's keys.
        if (isFor(wanted, info(certificate))) {
          return certificate;
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("the vault's public key cannot be encoded", e);
    }
    throw ApiError.badParameter(none);
  }

  /** An RSA key of the vault signs with PSS too, so a certificate that allows nothing else (RFC 4055, section 1.2) is for it. */
  private static boolean isFor(SubjectPublicKeyInfo wanted, SubjectPublicKeyInfo shown) {
    return wanted.equals(shown) || wanted.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)
        && shown.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)
        && wanted.getPublicKeyData().equals(shown.getPublicKeyData());
  }

  private static X509Certificate issuer(X509Certificate certificate, List<X509Certificate> candidates) {
    return candidates.stream().filter(candidate -> issued(candidate, certificate)).findFirst().orElse(null);
  }

  private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
    if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      PublicKey key = BouncyCastleProvider.getPublicKey(info(issuer));
      if (key == null) {
        throw unusable(null);
      }
      certificate.verify(key, Verifier.PROVIDER);
      return true;
    } catch (ApiError e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // What Bouncy Castle throws for a point off its curve, a modulus of small factors, parameters that are none.
      throw unusable(e);
    } catch (GeneralSecurityException e) {
      // The answer to the question, not a failure: another authority of the same name, or an older key of it.
      return false;
    }
  }

  private static ApiError unusable(Exception cause) {
    return new ApiError(400, "BadParameter", null,
        "The chain has a certificate whose public key or signature cannot be used.", cause);
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
