package org.keyhaven.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.provider.KeyhavenProvider;

/** Bouncy Castle's JcaContentSigner makes certificates, requests and CMS with keys in a vault; others verify. */
class BouncyCastleIT {
  private static final byte[] CONTENT = "a content".getBytes(StandardCharsets.UTF_8);
  private static final BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();
  private static VaultOfTests vault;

  @BeforeAll
  static void open() throws Exception {
    vault = new VaultOfTests();
  }

  @AfterAll
  static void close() {
    vault.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA256withRSA", "SHA512withRSA", "SHA256withRSAandMGF1", "SHA256withECDSA", "SHA384withECDSA"})
  void aCertificateThatTheJdkVerifies(String algorithm) throws Exception {
    X500Principal name = new X500Principal("CN=made by Bouncy Castle");
    X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(
        new JcaX509v3CertificateBuilder(name, BigInteger.TWO, Date.from(Instant.now()),
            Date.from(Instant.now().plus(1, ChronoUnit.DAYS)), name, publicKeyOf(algorithm)).build(signer(algorithm)));
    certificate.verify(publicKeyOf(algorithm));
    certificate.verify(publicKeyOf(algorithm), BOUNCY_CASTLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA256withRSA", "SHA384withRSAandMGF1", "SHA256withECDSA"})
  void aRequestForACertificate(String algorithm) throws Exception {
    PKCS10CertificationRequest request = new JcaPKCS10CertificationRequestBuilder(new X500Principal("CN=request"),
        publicKeyOf(algorithm)).build(signer(algorithm));
    assertThat(request.isSignatureValid(new JcaContentVerifierProviderBuilder().setProvider(BOUNCY_CASTLE)
        .build(publicKeyOf(algorithm)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA256withRSA", "SHA256withRSAandMGF1", "SHA256withECDSA"})
  void cmsSignedData(String algorithm) throws Exception {
    CMSSignedData signed = cms(vault, alias(algorithm), signer(algorithm), CONTENT, true);
    assertThat(verified(new CMSSignedData(signed.getEncoded()), vault.certificate(alias(algorithm)))).isTrue();
  }

  /** With the signer's certificate in it, and with the content or detached. */
  static CMSSignedData cms(VaultOfTests vault, String alias, ContentSigner signer, byte[] content, boolean enclosed)
      throws GeneralSecurityException, OperatorCreationException, CMSException {
    CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
    generator.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
        .build(signer, vault.certificate(alias)));
    generator.addCertificates(new JcaCertStore(List.of(vault.certificate(alias))));
    return generator.generate(new CMSProcessableByteArray(content), enclosed);
  }

  /** One signer, whose signature is right by the given certificate. */
  static boolean verified(CMSSignedData signed, X509Certificate certificate) throws Exception {
    assertThat(signed.getSignerInfos().size()).isOne();
    SignerInformation signer = signed.getSignerInfos().iterator().next();
    return signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider(BOUNCY_CASTLE).build(certificate));
  }

  /**
   * PKCS#1 by the provider's name, the others by whoever takes the key: for PSS Bouncy Castle wants digests from the
   * provider that it is told to use, and Keyhaven has none.
   */
  private static ContentSigner signer(String algorithm) throws GeneralSecurityException, OperatorCreationException {
    JcaContentSignerBuilder builder = new JcaContentSignerBuilder(algorithm);
    if (algorithm.endsWith("withRSA")) {
      builder.setProvider(KeyhavenProvider.NAME);
    }
    return builder.build(vault.key(alias(algorithm)));
  }

  private static PublicKey publicKeyOf(String algorithm) throws Exception {
    return vault.certificate(alias(algorithm)).getPublicKey();
  }

  private static String alias(String algorithm) {
    return algorithm.contains("RSA") ? VaultOfTests.RSA : VaultOfTests.EC;
  }
}
