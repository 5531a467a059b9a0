package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * keytool of every installed JDK with every kind of key: generated, requested for, signed by an authority, an authority
 * itself, listed and exported. openssl and this JVM, which does not have the provider, verify what comes out.
 */
@Tag("packaged")
@Execution(ExecutionMode.CONCURRENT)
class KeytoolIT {
  private static final LocalAuthority AUTHORITY = new LocalAuthority();

  @TempDir
  private Path folder;

  /**
   * A row of the table.
   *
   * @param generate options of {@code -genkeypair}
   * @param sign options of {@code -certreq} and {@code -gencert}; none for the JDK's own choice
   * @param verified the signature algorithm that openssl names, or null for that which the JDK chooses
   */
  record Row(String name, List<String> generate, List<String> sign, String verified) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Row> ROWS = List.of(
      new Row("RSA", List.of("-keyalg", "RSA", "-keysize", "2048"), List.of(), null),
      new Row("RSASSA-PSS", List.of("-keyalg", "RSASSA-PSS", "-keysize", "2048"), List.of(), "rsassaPss"),
      new Row("P-256", List.of("-keyalg", "EC", "-groupname", "secp256r1"), List.of(), null),
      new Row("P-384", List.of("-keyalg", "EC", "-groupname", "secp384r1"), List.of("-sigalg", "SHA256withECDSA"),
          "ecdsa-with-SHA256"),
      new Row("P-521", List.of("-keyalg", "EC", "-groupname", "secp521r1"), List.of(), "ecdsa-with-SHA512"));

  static List<Arguments> rows() throws IOException {
    List<Arguments> all = new ArrayList<>();
    for (Path jdk : Tools.jdks()) {
      ROWS.forEach(row -> all.add(Arguments.of(jdk, row)));
    }
    return all;
  }

  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource("rows")
  void everySubcommandWorksOnEveryKindOfKey(Path jdk, Row row) throws Exception {
    // Neither the capital nor the dot could be in a name of the vault.
    String alias = RemoteKeys.name("Table.key");
    keytool(jdk, List.of("-genkeypair", "-alias", alias, "-dname", "CN=table", "-ext", "bc:c", "-keypass", "unused",
        "-providername", "Keyhaven"), row.generate());

    PublicKey key = requested(jdk, alias, row);
    replied(jdk, alias, key);
    listed(jdk, alias);
    signedBy(jdk, alias, key, row);
  }

  /** -certreq; the key that the request is for. */
  private PublicKey requested(Path jdk, String alias, Row row) throws Exception {
    Path request = folder.resolve("key.csr");
    keytool(jdk, List.of("-certreq", "-alias", alias, "-file", request.toString()), row.sign());
    String text = openssl("req", "-in", request.toString(), "-noout", "-verify", "-text");
    assertThat(text).contains("verify OK", "Signature Algorithm: " + (row.verified() == null ? "" : row.verified()));
    try (PEMParser parser = new PEMParser(Files.newBufferedReader(request))) {
      return new JcaPKCS10CertificationRequest((PKCS10CertificationRequest) parser.readObject()).getPublicKey();
    }
  }

  /** -importcert of a reply, without a question since its root comes with it and -noprompt says that it is right. */
  private void replied(Path jdk, String alias, PublicKey key) throws Exception {
    X509Certificate issued = AUTHORITY.issue("CN=table", key, KeyPurposeId.id_kp_codeSigning);
    Path reply = Files.writeString(folder.resolve("reply.pem"), LocalAuthority.pem(issued, AUTHORITY.certificate()));
    assertThat(keytool(jdk, List.of("-importcert", "-noprompt", "-alias", alias, "-file", reply.toString()), List.of()))
        .contains("Certificate reply was installed in keystore");
    Path exported = folder.resolve("key.crt");
    keytool(jdk, List.of("-exportcert", "-alias", alias, "-file", exported.toString()), List.of());
    assertThat(Files.readAllBytes(exported)).isEqualTo(issued.getEncoded());
  }

  private void listed(Path jdk, String alias) throws Exception {
    assertThat(keytool(jdk, List.of("-list", "-v", "-alias", alias), List.of())).contains("Alias name: " + alias,
        "Entry type: PrivateKeyEntry", "Certificate chain length: 2", "Owner: CN=table", "Issuer: CN=Root outside the vault")
        .doesNotContain("WARNING WARNING");
  }

  /** -gencert: the key of the vault as an authority. Tools do not ask whether it may be one; those who verify do. */
  private void signedBy(Path jdk, String alias, PublicKey key, Row row) throws Exception {
    KeyPair stranger = LocalAuthority.keyPair();
    Path request = Files.writeString(folder.resolve("stranger.csr"), LocalAuthority.pem(
        new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=stranger"), stranger.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withRSA").build(stranger.getPrivate()))));
    Path chain = folder.resolve("stranger.pem");
    keytool(jdk, List.of("-gencert", "-alias", alias, "-infile", request.toString(), "-outfile", chain.toString(), "-rfc",
        "-ext", "san=dns:stranger"), row.sign());
    List<? extends Certificate> certificates =
        List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(Files.newInputStream(chain)));
    // The new one and its issuer; a root that signed itself is left out.
    assertThat(certificates).hasSize(2);
    certificates.get(0).verify(key);
    assertThat(certificates.get(0).getPublicKey()).isEqualTo(stranger.getPublic());
  }

  private static String keytool(Path jdk, List<String> command, List<String> options) throws Exception {
    List<String> all = new ArrayList<>(command);
    all.addAll(options);
    return VaultTools.keytool(jdk, all).succeeded().output();
  }

  private static String openssl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    return Tools.run(command).succeeded().output();
  }
}
