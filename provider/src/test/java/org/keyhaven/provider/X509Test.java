package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class X509Test {
  private final KeyPair rootKey = pair();
  private final KeyPair middleKey = pair();
  private final X509Certificate root = certificate("CN=root", rootKey, "CN=root", rootKey);
  private final X509Certificate middle = certificate("CN=middle", middleKey, "CN=root", rootKey);
  private final X509Certificate leaf = certificate("CN=leaf", pair(), "CN=middle", middleKey);

  @TempDir
  private Path folder;

  X509Test() throws Exception { }

  @Test
  void aLeafIsCompletedLeafFirstWhateverTheOrderOfTheFile() throws Exception {
    Path file = folder.resolve("chain.pem");
    Files.writeString(file, pem(root) + pem(middle));
    assertThat(X509.completed(List.of(leaf), X509.pem(file))).containsExactly(leaf, middle, root);
    assertThat(X509.completed(List.of(leaf, middle), X509.pem(file))).containsExactly(leaf, middle, root);
  }

  @Test
  void anIssuerOfTheSameNameAndAnotherKeyIsNone() throws Exception {
    X509Certificate namesake = certificate("CN=middle", pair(), "CN=root", rootKey);
    assertThat(X509.completed(List.of(leaf), List.of(namesake, root))).containsExactly(leaf);
    assertThat(X509.completed(List.of(leaf), List.of(namesake, middle))).containsExactly(leaf, middle);
  }

  @Test
  void whatIsPendingOrSelfSignedStaysAsItIs() {
    assertThat(X509.completed(List.of(), List.of(root))).isEmpty();
    assertThat(X509.completed(List.of(root), List.of(root, middle))).containsExactly(root);
  }

  @Test
  void aFileWithoutCertificatesIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("empty.pem"), "");
    assertThatThrownBy(() -> X509.pem(file)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> X509.pem(folder.resolve("none"))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the chain file");
  }

  private static KeyPair pair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private static X509Certificate certificate(String subject, KeyPair key, String issuer, KeyPair issuerKey)
      throws Exception {
    Instant now = Instant.now();
    return new JcaX509CertificateConverter().getCertificate(new JcaX509v3CertificateBuilder(new X500Name(issuer),
        BigInteger.valueOf(System.nanoTime()), Date.from(now.minusSeconds(60)), Date.from(now.plusSeconds(3600)),
        new X500Name(subject), key.getPublic())
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey.getPrivate())));
  }

  private static String pem(X509Certificate certificate) throws Exception {
    return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }
}
