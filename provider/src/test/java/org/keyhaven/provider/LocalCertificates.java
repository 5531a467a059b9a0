package org.keyhaven.provider;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Keys and certificates of this JVM, made as any authority would. */
final class LocalCertificates {
  private LocalCertificates() { }

  static KeyPair ec() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  static KeyPair rsa() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  /** An authority of its own. */
  static X509Certificate root(KeyPair keys) throws Exception {
    return issue("CN=authority", keys, "CN=authority", keys.getPublic().getEncoded(), true, 0);
  }

  /** Issued by {@link #root}. */
  static X509Certificate leaf(KeyPair authority, byte[] publicKey) throws Exception {
    return issue("CN=authority", authority, "CN=leaf", publicKey, false, 0);
  }

  /**
   * Any certificate.
   *
   * @param authority signs with ECDSA
   * @param padding how many bytes longer it is
   */
  static X509Certificate issue(String issuer, KeyPair authority, String subject, byte[] publicKey, boolean ca, int padding)
      throws Exception {
    Instant now = Instant.now();
    X509v3CertificateBuilder builder = new X509v3CertificateBuilder(new X500Name(issuer),
        BigInteger.valueOf(System.nanoTime()), Date.from(now.minus(Duration.ofHours(1))),
        Date.from(now.plus(Duration.ofDays(30))), new X500Name(subject), SubjectPublicKeyInfo.getInstance(publicKey))
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
    if (padding > 0) {
      builder.addExtension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), false, new DEROctetString(new byte[padding]));
    }
    byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate())).getEncoded();
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
