package org.keyhaven.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.Provider;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.wire.Certificates.CertificateCreateParameters;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.client.wire.Certificates.IssuerParameters;
import org.keyhaven.client.wire.Certificates.KeyProperties;
import org.keyhaven.client.wire.Certificates.SubjectAlternativeNames;
import org.keyhaven.client.wire.Certificates.X509Properties;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.provider.KeyhavenProvider;
import org.keyhaven.server.TestVault;

/** Each sample does what it says, against a real server over an HSM. */
class SamplesIT {
  private static final TestVault VAULT = TestVault.get();
  private static KeyStore store;

  @BeforeAll
  static void makeCertificates() throws Exception {
    try (KeyhavenClient client = KeyhavenClient.builder().vault(URI.create(VAULT.vaultUrl())).caFile(VAULT.caFile())
        .tokenSource(TokenSource.fixed(VAULT.token(false))).build()) {
      makeCertificate(client, "samples-rsa", KeyType.RSA_HSM);
      makeCertificate(client, "samples-ec", KeyType.EC_HSM);
    }
    Provider keyhaven = new KeyhavenProvider().configure(VAULT.connectionFile().toString());
    Security.addProvider(keyhaven);
    store = KeyStore.getInstance("Keyhaven");
    store.load(null, null);
  }

  @AfterAll
  static void uninstall() {
    Security.removeProvider(KeyhavenProvider.NAME);
  }

  @ParameterizedTest
  @CsvSource({"samples-rsa, SHA256withRSA, SunRsaSign", "samples-ec, SHA256withECDSA, SunEC", "samples-ec, SHA384withECDSA, SunEC"})
  void signsInTheVaultAndVerifiesInThisJvm(String alias, String algorithm, String verifier) throws Exception {
    assertThat(printed(() -> SignAndVerify.main(new String[] {VAULT.connectionFile().toString(), alias, algorithm})))
        .startsWith(algorithm + " by Keyhaven, verified by " + verifier + ": ");
  }

  @Test
  void aKeyIsMadeUsedRotatedAndDeleted() throws Exception {
    try (KeyhavenClient client = KeyhavenClient.builder().vault(URI.create(VAULT.vaultUrl())).caFile(VAULT.caFile())
        .tokenSource(TokenSource.fixed(VAULT.token(false))).build()) {
      String output = printed(() -> KeysOfAVault.tour(client, "samples-tour"));
      assertThat(output).contains("signature verified, opened: for the vault's eyes only");
      assertThat(output.lines().filter(line -> line.contains("/keys/samples-tour/"))).hasSize(2);
      assertThat(client.keys().getDeleted("samples-tour").recoveryId()).endsWith("/deletedkeys/samples-tour");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void servesTlsWithoutAPrivateKeyToAPlainClient(String protocol) throws Exception {
    KeyStore trust = trusting("samples-rsa", "samples-ec");
    try (KeylessTlsServer server = new KeylessTlsServer(store, 0)) {
      String answer = TlsClient.get(URI.create("https://localhost:" + server.port() + "/"), trust, protocol);
      assertThat(answer).startsWith(protocol + " ").endsWith(" EC\n");
    }
  }

  @Test
  void aVaultWithoutCertificatesCannotServe() throws Exception {
    KeyStore empty = KeyStore.getInstance("PKCS12");
    empty.load(null, null);
    assertThatThrownBy(() -> new KeylessTlsServer(empty, 0)).isInstanceOf(KeyStoreException.class)
        .hasMessageContaining("no key with a certificate");
  }

  @Test
  void anAliasThatTheVaultDoesNotHaveIsSaid() {
    assertThatThrownBy(
        () -> SignAndVerify.main(new String[] {VAULT.connectionFile().toString(), "nosuch", "SHA256withECDSA"}))
        .isInstanceOf(KeyStoreException.class).hasMessageContaining("no key nosuch").hasMessageContaining("samples-ec");
  }

  private static KeyStore trusting(String... aliases) throws Exception {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    for (String alias : aliases) {
      trust.setCertificateEntry(alias, store.getCertificate(alias));
    }
    return trust;
  }

  private static void makeCertificate(KeyhavenClient client, String name, KeyType kty) {
    SubjectAlternativeNames localhost = new SubjectAlternativeNames(null, List.of("localhost"), null, null, null);
    // JSSE takes an EC certificate for a server's only with keyAgreement: this one goes before others in the vault.
    List<String> usage = kty == KeyType.EC_HSM ? List.of("digitalSignature", "keyAgreement") : null;
    CertificatePolicy policy = new CertificatePolicy(null, new KeyProperties(false, kty, null, null, null), null,
        new X509Properties("CN=localhost", null, localhost, usage, 12), null,
        new IssuerParameters(IssuerParameters.SELF, null, null), null);
    client.certificates().create(name, new CertificateCreateParameters(policy, null, null, null));
    client.certificates().awaitCompletion(name, Duration.ofSeconds(30));
  }

  private static String printed(Program program) throws Exception {
    PrintStream stdout = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(stdout);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private interface Program {
    void run() throws Exception;
  }
}
