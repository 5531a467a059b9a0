package org.keyhaven.server.certificates;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Provider;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.engines.DESedeEngine;
import org.bouncycastle.crypto.engines.RC2Engine;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS12PfxPduBuilder;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagBuilder;
import org.bouncycastle.pkcs.bc.BcPKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.bc.BcPKCS12PBEOutputEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** A key pair with a certificate of an authority, and the files in which such come to be imported. */
final class ImportFiles {
  static final Provider BC = new BouncyCastleProvider();
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2036-01-01T00:00:00Z");

  private static final int LEGACY_ITERATIONS = 2048;

  final KeyPair keys;
  final X509Certificate leaf;
  final X509Certificate issuer;

  private ImportFiles(KeyPair keys) throws Exception {
    KeyPair authority = KeyPairGenerator.getInstance("EC").generateKeyPair();
    this.keys = keys;
    this.issuer = issue("CN=authority", authority, authority, builder -> builder.addExtension(Extension.basicConstraints, true,
        new BasicConstraints(true)));
    this.leaf = issue("CN=imported,O=Keyhaven", keys, authority, builder -> builder
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
        .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
        .addExtension(Extension.subjectAlternativeName, false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, "imported.test"))));
  }

  private interface Extensions {
    void add(X509v3CertificateBuilder builder) throws Exception;
  }

  static ImportFiles rsa(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return new ImportFiles(generator.generateKeyPair());
  }

  static ImportFiles ec(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BC);
    generator.initialize(new ECGenParameterSpec(curve));
    return new ImportFiles(generator.generateKeyPair());
  }

  private static X509Certificate issue(String subject, KeyPair of, KeyPair by, Extensions extensions) throws Exception {
    X509v3CertificateBuilder builder = new X509v3CertificateBuilder(new X500Name("CN=authority"), BigInteger.TEN, Date.from(START),
        Date.from(END), new X500Name(subject), SubjectPublicKeyInfo.getInstance(of.getPublic().getEncoded()));
    extensions.add(builder);
    byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())).getEncoded();
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /** PKCS#8, with the chain the wrong way round. */
  String pem() throws Exception {
    return pem(new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded()), issuer, leaf);
  }

  /** The key as OpenSSL wrote it before PKCS#8. */
  String traditionalPem() throws Exception {
    return pem(keys.getPrivate(), leaf, issuer);
  }

  static String pem(Object... objects) throws Exception {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      for (Object object : objects) {
        writer.writeObject(object);
      }
    }
    return text.toString();
  }

  /** As the JDK writes it. */
  byte[] pkcs12(String password) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12", "SunJSSE");
    store.load(null, null);
    store.setKeyEntry("any", keys.getPrivate(), password.toCharArray(), new Certificate[] {leaf, issuer});
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, password.toCharArray());
    return out.toByteArray();
  }

  /** With the algorithms of old and OpenSSL's number of iterations: Bouncy Castle's key store takes fifty times as many. */
  byte[] legacyPkcs12(String password) throws Exception {
    PKCS12SafeBagBuilder key = new PKCS12SafeBagBuilder(PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded()),
        legacy(PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC, new DESedeEngine(), password));
    key.addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_localKeyId, new DEROctetString(new byte[] {1}));
    PKCS12SafeBagBuilder first = new PKCS12SafeBagBuilder(new X509CertificateHolder(leaf.getEncoded()).toASN1Structure());
    first.addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_localKeyId, new DEROctetString(new byte[] {1}));
    PKCS12SafeBagBuilder second = new PKCS12SafeBagBuilder(new X509CertificateHolder(issuer.getEncoded()).toASN1Structure());
    return new PKCS12PfxPduBuilder().addData(key.build())
        .addEncryptedData(legacy(PKCSObjectIdentifiers.pbeWithSHAAnd40BitRC2_CBC, new RC2Engine(), password),
            new PKCS12SafeBag[] {first.build(), second.build()})
        .build(new BcPKCS12MacCalculatorBuilder().setIterationCount(LEGACY_ITERATIONS), password.toCharArray()).getEncoded();
  }

  private static OutputEncryptor legacy(ASN1ObjectIdentifier algorithm, BlockCipher cipher, String password) {
    return new BcPKCS12PBEOutputEncryptorBuilder(algorithm, CBCBlockCipher.newInstance(cipher))
        .setIterationCount(LEGACY_ITERATIONS).build(password.toCharArray());
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  List<X509Certificate> chain() {
    return List.of(leaf, issuer);
  }
}
