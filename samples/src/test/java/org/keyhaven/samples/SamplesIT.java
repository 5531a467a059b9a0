package org.keyhaven.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.KeyStoreException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.TokenSource;
import org.keyhaven.server.TestVault;

/** Each sample does what it says, against a real server over an HSM. */
class SamplesIT {
  private static final TestVault VAULT = TestVault.get();
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
    KeyStore trust = vault.trusting();
    try (KeylessTlsServer server = new KeylessTlsServer(vault.store(), 0)) {
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
