package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.wire.Certificates.CertificateBundle;
import org.keyhaven.client.wire.Certificates.CertificateCreateParameters;
import org.keyhaven.client.wire.Certificates.CertificateMergeParameters;
import org.keyhaven.client.wire.Certificates.CertificateOperation;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.client.wire.Certificates.IssuerParameters;
import org.keyhaven.client.wire.Certificates.KeyProperties;
import org.keyhaven.client.wire.Certificates.X509Properties;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.client.wire.StandardBase64;

class CertificateClientIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static KeyhavenClient client;

  @BeforeAll
  static void connect() {
    client = Clients.vault();
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  private static CertificateCreateParameters ec(String subject, String issuer) {
    return new CertificateCreateParameters(new CertificatePolicy(null,
        new KeyProperties(false, KeyType.EC_HSM, null, true, KeyCurve.P_256), null,
        new X509Properties(subject, null, null, null, 12), null, new IssuerParameters(issuer, null, null), null), null, null, null);
  }

  private static X509Certificate x509(byte[] der) throws GeneralSecurityException {
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  @Test
  void aSelfSignedCertificateIsAwaitedAndItsKeySigns() throws GeneralSecurityException {
    CertificateOperation operation = client.certificates().create("client-self", ec("CN=client self", IssuerParameters.SELF));
    assertThat(operation.status()).isEqualTo(CertificateOperation.IN_PROGRESS);
    CertificateBundle bundle = client.certificates().awaitCompletion("client-self", PATIENCE);
    X509Certificate certificate = x509(bundle.cer().bytes());
    certificate.verify(certificate.getPublicKey());
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=client self");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(new byte[] {1});
    Signature verifier = Signature.getInstance("NONEwithECDSAinP1363Format");
    verifier.initVerify(certificate);
    verifier.update(digest);
    assertThat(verifier.verify(client.cryptography(bundle.kid()).sign(SignatureAlgorithm.ES256, digest))).isTrue();
    assertThat(client.certificates().get("client-self", bundle.id().version()).x5t()).isEqualTo(bundle.x5t());
    assertThat(client.certificates().list()).extracting(item -> item.id().name()).contains("client-self");
    assertThat(client.certificates().listVersions("client-self")).hasSize(1);
  }

  @Test
  void aRequestIsSignedOutsideAndTheChainMerged() throws Exception {
    client.certificates().create("client-merged", ec("CN=client merged", IssuerParameters.UNKNOWN));
    assertThatThrownBy(() -> client.certificates().awaitCompletion("client-merged", Duration.ofMillis(50)))
        .isInstanceOf(VaultException.Timeout.class).hasMessageContaining("merge the chain");
    PKCS10CertificationRequest request = new PKCS10CertificationRequest(client.certificates().pending("client-merged").csr()
        .bytes());
    KeyPair issuer = KeyPairGenerator.getInstance("EC").generateKeyPair();
    X500Name issuerName = new X500Name("CN=outside");
    byte[] leaf = issue(issuer, issuerName, request);
    byte[] root = issue(issuer, issuerName, issuerName, SubjectPublicKeyInfo.getInstance(
        issuer.getPublic().getEncoded()));
    CertificateBundle merged = client.certificates().merge("client-merged", new CertificateMergeParameters(
        List.of(new StandardBase64(leaf), new StandardBase64(root)), null, Map.of("keyhaven-alias", "Client Merged")));
    assertThat(merged.cer().bytes()).isEqualTo(leaf);
    CertificateBundle found = client.certificates().get("client-merged");
    assertThat(found.x5c()).extracting(StandardBase64::bytes).containsExactly(leaf, root);
    assertThat(found.tags()).containsEntry("keyhaven-alias", "Client Merged");
  }

  @Test
  void futuresMakeAwaitAndMergeCertificatesToo() throws Exception {
    CertificateAsyncClient certificates = client.async().certificates();
    assertThat(certificates.create("client-later", ec("CN=client later", IssuerParameters.SELF)).join().status())
        .isEqualTo(CertificateOperation.IN_PROGRESS);
    CertificateBundle made = certificates.awaitCompletion("client-later", PATIENCE).join();
    assertThat(x509(made.cer().bytes()).getSubjectX500Principal().getName()).isEqualTo("CN=client later");
    assertThat(client.certificates().get("client-later")).usingRecursiveComparison().isEqualTo(made);

    certificates.create("client-merged-later", ec("CN=client merged later", IssuerParameters.UNKNOWN)).join();
    assertThatThrownBy(() -> certificates.awaitCompletion("client-merged-later", Duration.ofMillis(50)).join()).cause()
        .isInstanceOf(VaultException.Timeout.class).hasMessageContaining("merge the chain");
    PKCS10CertificationRequest request = new PKCS10CertificationRequest(certificates.pending("client-merged-later").join().csr()
        .bytes());
    byte[] leaf = issue(KeyPairGenerator.getInstance("EC").generateKeyPair(), new X500Name("CN=outside"), request);
    CompletableFuture<CertificateBundle> awaited = certificates.awaitCompletion("client-merged-later", PATIENCE);
    CertificateBundle merged = certificates.merge("client-merged-later",
        new CertificateMergeParameters(List.of(new StandardBase64(leaf)), null, null)).join();
    assertThat(merged.cer().bytes()).isEqualTo(leaf);
    assertThat(awaited.join().cer().bytes()).isEqualTo(leaf);
  }

  @Test
  void anUnknownCertificateIsNotFound() {
    assertThatThrownBy(() -> client.certificates().get("client-absent")).isInstanceOf(VaultException.NotFound.class);
    assertThatThrownBy(() -> client.certificates().pending("client-absent")).isInstanceOf(VaultException.NotFound.class);
  }

  private static byte[] issue(KeyPair issuer, X500Name issuerName, PKCS10CertificationRequest request) throws Exception {
    return issue(issuer, issuerName, request.getSubject(), request.getSubjectPublicKeyInfo());
  }

  private static byte[] issue(KeyPair issuer, X500Name issuerName, X500Name subject,
      SubjectPublicKeyInfo key) throws IOException, OperatorCreationException {
    Instant now = Instant.now();
    return new X509v3CertificateBuilder(issuerName, BigInteger.valueOf(now.toEpochMilli()), Date.from(now),
        Date.from(now.plus(Duration.ofDays(1))), subject, key)
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate())).getEncoded();
  }
}
