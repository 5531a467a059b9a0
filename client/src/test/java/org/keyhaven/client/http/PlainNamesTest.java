package org.keyhaven.client.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.FaultyVault;

class PlainNamesTest {
  private static X509Certificate certificate;

  @BeforeAll
  static void make(@TempDir Path directory) throws IOException, InterruptedException, CertificateException {
    Path keyStore = directory.resolve("names.p12");
    Path pem = directory.resolve("names.pem");
    FaultyVault.keyPair(keyStore, "CN=common.example", "-ext",
        "san=dns:vault.example,dns:*.wild.example,dns:vault7,dns:10.0.0.7,ip:127.0.0.1");
    FaultyVault.certificateOf(keyStore, pem);
    try (InputStream in = Files.newInputStream(pem)) {
      certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vault.example", "VAULT.example", "a.wild.example", "vault7", "127.0.0.1"})
  void aNameOfTheCertificateIsIts(String host) {
    assertThatCode(() -> new PlainNames().verify(host, certificate)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"other.example", "wild.example", "a.b.wild.example", "common.example", "127.0.0.2", "::1", "vault.exampl",
      "vault.example.", "a.vault.example", "*.wild.example.", ".wild.example.", "10.0.0.7", "", "b\u00fccher.example"})
  void anyOtherNameIsNot(String host) {
    assertThatThrownBy(() -> new PlainNames().verify(host, certificate)).isInstanceOf(SSLPeerUnverifiedException.class);
  }
}
