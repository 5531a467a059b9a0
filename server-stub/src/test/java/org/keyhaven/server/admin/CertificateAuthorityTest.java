package org.keyhaven.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

    ca.serverCertificate().verify(ca.certificate().getPublicKey());
    assertThat(ca.serverCertificate().getSubjectAlternativeNames()).extracting(name -> (Object) name.get(1)).containsExactlyInAnyOrder(
        "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "*.vault.localhost", "*.managedhsm.localhost", "vault.example",
        "0:0:0:0:0:0:0:2");
    assertThat(ca.certificate().getBasicConstraints()).isZero();
    assertThat(ca.serverCertificate().getBasicConstraints()).isEqualTo(-1);
    assertThat(ca.serverTls().getProtocol()).isEqualTo("TLS");
  }

  @Test
  void privateKeysAreTheOwnersAlone() throws Exception {
    CertificateAuthority.open(directory, List.of(), NOW);
    for (String name : List.of("ca-key.pem", "server-key.pem")) {
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
  void otherHostnamesRenewTheServerCertificateAlone() {
    CertificateAuthority first = CertificateAuthority.open(directory, List.of(), NOW);
    CertificateAuthority second = CertificateAuthority.open(directory, List.of("new.example"), NOW);

    assertThat(second.certificate()).isEqualTo(first.certificate());
    assertThat(second.serverCertificate()).isNotEqualTo(first.serverCertificate());
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
