package org.keyhaven.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.server.StartupException;

class CertificateAuthorityTest {
  private static final Clock NOW = Clock.systemUTC();
  @TempDir
  private Path temp;
  private DataDirectory directory;

  @BeforeEach
  void open() {
    directory = DataDirectory.open(temp);
  }

  @AfterEach
  void close() throws Exception {
    directory.close();
  }

  @Test
  void theServerCertificateCoversTheStandardNamesAndTheGivenOnes() throws Exception {
    CertificateAuthority ca = CertificateAuthority.open(directory, List.of("Vault.Example", "::2"), NOW);

    validate(ca, ca.serverCertificate());
    assertThat(ca.serverCertificate().getSubjectAlternativeNames()).extracting(name -> (Object) name.get(1)).containsExactlyInAnyOrder(
        "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "*.vault.localhost", "*.managedhsm.localhost", "vault.example",
        "0:0:0:0:0:0:0:2");
    assertThat(ca.certificate().getBasicConstraints()).isEqualTo(1);
    assertThat(issuing().getBasicConstraints()).isZero();
    assertThat(issuing().getCriticalExtensionOIDs()).contains("2.5.29.30");
    assertThat(ca.serverCertificate().getBasicConstraints()).isEqualTo(-1);
    assertThat(ca.serverTls().getProtocol()).isEqualTo("TLS");
  }

  @Test
  void aSigningKeyIsRsaAndCertifiedByTheSameAuthorityButServesNoTls() throws Exception {
    CertificateAuthority ca = CertificateAuthority.open(directory, List.of(), NOW);
    KeyStore.PrivateKeyEntry signing = ca.issueSigning();
    X509Certificate certificate = (X509Certificate) signing.getCertificate();
    validate(ca, certificate);
    assertThat(certificate.getPublicKey().getAlgorithm()).isEqualTo("RSA");
    assertThat(certificate.getSubjectAlternativeNames()).isNull();
    assertThat(signing.getCertificateChain()).hasSize(3).endsWith(ca.certificate());
  }

  @Test
  void privateKeysAreTheOwnersAlone() throws Exception {
    CertificateAuthority.open(directory, List.of(), NOW);
    for (String name : List.of("issuing-key.pem", "server-key.pem")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve(name)))).isEqualTo("rw-------");
    }
  }

  @Test
  void aRestartKeepsBothCertificates() {
    CertificateAuthority first = CertificateAuthority.open(directory, List.of("a.example", "::2"), NOW);
    CertificateAuthority second = CertificateAuthority.open(directory, List.of("::2", "a.example"), NOW);

    assertThat(second.certificate()).isEqualTo(first.certificate());
    assertThat(second.serverCertificate()).isEqualTo(first.serverCertificate());
  }

  @Test
  void fewerOrDeeperHostnamesRenewTheServerCertificateAlone() throws Exception {
    CertificateAuthority first = CertificateAuthority.open(directory, List.of("a.example", "*.b.example"), NOW);
    CertificateAuthority second = CertificateAuthority.open(directory, List.of("deep.b.example"), NOW);

    assertThat(second.certificate()).isEqualTo(first.certificate());
    assertThat(second.serverCertificate()).isNotEqualTo(first.serverCertificate());
    validate(first, second.serverCertificate());
  }

  @Test
  void anotherHostnameNeedsAnotherAuthority() throws Exception {
    CertificateAuthority first = CertificateAuthority.open(directory, List.of("a.example"), NOW);
    for (String name : List.of("new.example", "10.0.0.1", "::2")) {
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(() -> CertificateAuthority.open(directory, List.of("a.example", name), NOW))
          .withMessageContaining("remove ca.pem").withMessageContaining("give clients the new ca.pem");
    }
    Files.delete(first.file());
    CertificateAuthority second = CertificateAuthority.open(directory, List.of("new.example", "10.0.0.1"), NOW);
    assertThat(second.certificate()).isNotEqualTo(first.certificate());
    validate(second, second.serverCertificate());
  }

  @Test
  void whoStealsTheKeyCannotImpersonateTheWorld() throws Exception {
    CertificateAuthority ca = CertificateAuthority.open(directory, List.of("a.example", "10.0.0.1"), NOW);
    for (String name : List.of("a.example", "x.a.example", "localhost", "v.vault.localhost")) {
      validate(ca, forged(new GeneralName(GeneralName.dNSName, name)));
    }
    for (GeneralName name : List.of(new GeneralName(GeneralName.dNSName, "bank.example"),
        new GeneralName(GeneralName.dNSName, "xa.example"), new GeneralName(GeneralName.iPAddress, "10.0.0.2"),
        new GeneralName(GeneralName.iPAddress, "::2"))) {
      assertThatExceptionOfType(CertPathValidatorException.class).as(name.toString())
          .isThrownBy(() -> validate(ca, forged(name)));
    }
  }

  @Test
  @EnabledIf("hasOpenssl")
  void opensslAcceptsTheServerAndNotTheForgery() throws Exception {
    CertificateAuthority.open(directory, List.of("a.example", "::2"), NOW);
    assertThat(openssl(directory.file("server.pem"))).isZero();

    Path forgery = temp.resolve("forgery.pem");
    try (JcaPEMWriter out = new JcaPEMWriter(Files.newBufferedWriter(forgery))) {
      out.writeObject(forged(new GeneralName(GeneralName.dNSName, "bank.example")));
    }
    assertThat(openssl(forgery)).isNotZero();
  }

  static boolean hasOpenssl() {
    return Files.isExecutable(Path.of("/usr/bin/openssl"));
  }

  private int openssl(Path certificate) throws Exception {
    return new ProcessBuilder("/usr/bin/openssl", "verify", "-CAfile", directory.file("ca.pem").toString(), "-untrusted",
        directory.file("issuing.pem").toString(), certificate.toString()).redirectErrorStream(true)
        .redirectOutput(temp.resolve("openssl.out").toFile()).start().waitFor();
  }

  private X509Certificate issuing() throws Exception {
    try (var in = Files.newInputStream(directory.file("issuing.pem"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private void validate(CertificateAuthority ca, X509Certificate server) throws Exception {
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(ca.certificate(), null)));
    parameters.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(server, issuing())), parameters);
  }

  /** A server certificate by who has the issuing key. */
  private X509Certificate forged(GeneralName name) throws Exception {
    PrivateKey key;
    try (PEMParser in = new PEMParser(Files.newBufferedReader(directory.file("issuing-key.pem")))) {
      key = new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) in.readObject());
    }
    Date now = Date.from(NOW.instant());
    return new JcaX509CertificateConverter().getCertificate(new JcaX509v3CertificateBuilder(issuing(), BigInteger.TEN, now,
        Date.from(NOW.instant().plus(Duration.ofDays(1))), new X500Principal("CN=forged"), issuing().getPublicKey())
        .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(name))
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  @Test
  void aCertificateNearItsEndIsRenewed() {
    CertificateAuthority first = CertificateAuthority.open(directory, List.of(), NOW);
    Clock later = Clock.offset(NOW, Duration.ofDays(350));
    CertificateAuthority second = CertificateAuthority.open(directory, List.of(), later);

    assertThat(second.certificate()).isEqualTo(first.certificate());
    assertThat(second.serverCertificate().getNotAfter()).isAfter(first.serverCertificate().getNotAfter());
  }

  @Test
  void anAuthorityAtItsEndSaysSo() {
    CertificateAuthority.open(directory, List.of(), NOW);
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> CertificateAuthority.open(directory, List.of(), Clock.offset(NOW, Duration.ofDays(3640))))
        .withMessageContaining("at its end");
  }

  @Test
  void whatIsNoHostNameIsRefused() {
    for (String name : List.of("a b", "-x", "a..b", "1.2.3.4.5", "x:y", "")) {
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(() -> CertificateAuthority.open(directory, List.of(name), NOW)).withMessageContaining("--hostname");
    }
  }
}
