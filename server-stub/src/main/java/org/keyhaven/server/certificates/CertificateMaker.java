package org.keyhaven.server.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.server.ApiError;

/** Makes requests (RFC 2986) and self-signed certificates (RFC 5280) from a policy's fields. */
final class CertificateMaker {
  private static final SecureRandom RANDOM = new SecureRandom();
  /** Who checks the certificate may have a clock that is a little behind. */
  private static final Duration BACKDATE = Duration.ofMinutes(10);

  private final Clock clock;

  CertificateMaker(Clock clock) {
    this.clock = clock;
  }

  /** A certification request, DER. */
  byte[] request(X509Fields fields, JsonWebKey publicKey, ContentSigner signer) {
    try {
      PKCS10CertificationRequestBuilder builder =
          new PKCS10CertificationRequestBuilder(fields.subject(), PublicKeys.info(publicKey));
      if (fields.extensions() != null) {
        builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, fields.extensions());
      }
      return builder.build(signer).getEncoded();
    } catch (IOException e) {
      throw unencodable(e);
    }
  }

  /** A certificate signed by its own key, DER; valid for the policy's months from now. */
  byte[] selfSigned(X509Fields fields, JsonWebKey publicKey, ContentSigner signer) {
    Instant now = clock.instant();
    Instant end = now.atZone(ZoneOffset.UTC).plusMonths(fields.validityMonths()).toInstant();
    try {
      SubjectPublicKeyInfo info = PublicKeys.info(publicKey);
      SubjectKeyIdentifier identifier = new BcX509ExtensionUtils().createSubjectKeyIdentifier(info);
      X509v3CertificateBuilder builder = new X509v3CertificateBuilder(fields.subject(), serial(),
          Date.from(now.minus(BACKDATE)), Date.from(end), fields.subject(), info)
          .addExtension(Extension.basicConstraints, true, new BasicConstraints((fields.usage() & KeyUsage.keyCertSign) != 0))
          .addExtension(Extension.subjectKeyIdentifier, false, identifier)
          .addExtension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(identifier.getKeyIdentifier()));
      copy(fields.extensions(), builder);
      return builder.build(signer).getEncoded();
    } catch (IOException e) {
      throw unencodable(e);
    }
  }

  private static void copy(Extensions extensions, X509v3CertificateBuilder builder) throws IOException {
    if (extensions != null) {
      for (ASN1ObjectIdentifier oid : extensions.getExtensionOIDs()) {
        builder.addExtension(extensions.getExtension(oid));
      }
    }
  }

  private static BigInteger serial() {
    return new BigInteger(127, RANDOM).setBit(126);
  }

  private static ApiError unencodable(IOException e) {
    return new ApiError(400, "BadParameter", null, "The policy cannot be encoded as a certificate.", e);
  }
}
