package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.exactly;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** How often a public half is asked for, and what is done without it; every request is counted. */
class CryptographyLookupTest {
  private static final String LATEST = "/keys/web";
  private static final String FIRST = "/keys/web/0123456789abcdef0123456789abcdef";
  private static final String SECOND = "/keys/web/fedcba9876543210fedcba9876543210";
  private static final RSAPublicKey KEY = rsa();

  private FaultyVault vault;
  private KeyhavenClient client;

  private static RSAPublicKey rsa() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair pair = generator.generateKeyPair();
      return (RSAPublicKey) pair.getPublic();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void start(@TempDir Path directory) throws IOException, InterruptedException {
    vault = new FaultyVault(directory);
    client = vault.client().build();
  }

  @AfterEach
  void stop() {
    client.close();
    vault.close();
  }

  private CryptographyClient cryptography(String path) {
    return client.cryptography(ObjectId.parse(vault.uri() + path));
  }

  private ResponseDefinitionBuilder bundle(String path) {
    String n = Base64.getUrlEncoder().withoutPadding().encodeToString(LocalCryptographyTest.unsigned(KEY.getModulus()));
    return FaultyVault.json(200, "{\"key\":{\"kid\":\"" + vault.uri() + path + "\",\"kty\":\"RSA\",\"key_ops\":[\"verify\",\"encrypt\","
        + "\"wrapKey\"],\"n\":\"" + n + "\",\"e\":\"AQAB\"},\"attributes\":{\"enabled\":true}}");
  }

  private ResponseDefinitionBuilder result(String path, String value) {
    return FaultyVault.json(200, "{\"kid\":\"" + vault.uri() + path + "\",\"value\":\"" + value + "\"}");
  }

  private static ResponseDefinitionBuilder denied(String innerCode) {
    return FaultyVault.json(403, "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\",\"innererror\":{\"code\":\"" + innerCode
        + "\"}}}");
  }

  private static void usePublicHalf(CryptographyClient cryptography) {
    assertThat(cryptography.verify(SignatureAlgorithm.RS256, new byte[32], new byte[256])).isFalse();
    assertThat(cryptography.encrypt(EncryptionAlgorithm.RSA_OAEP_256, new byte[32]).ciphertext()).hasSize(256);
    assertThat(cryptography.wrapKey(EncryptionAlgorithm.RSA_OAEP, new byte[32]).encryptedKey()).hasSize(256);
  }

  @Test
  void theFirstUseBySixtyFourThreadsCostsOneLookupAndAllLaterOnesNothing() throws Exception {
    vault.server.stubFor(get(urlPathEqualTo(LATEST)).willReturn(bundle(FIRST).withFixedDelay(300)));
    CryptographyClient cryptography = cryptography(LATEST);
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(64);
    try {
      List<Future<?>> users = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        users.add(threads.submit(() -> {
          start.await();
          usePublicHalf(cryptography);
          return null;
        }));
      }
      start.countDown();
      for (Future<?> user : users) {
        user.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    usePublicHalf(cryptography);
    vault.server.verify(exactly(1), anyRequestedFor(anyUrl()));
    assertThat(cryptography.keyId()).hasToString(vault.uri() + FIRST);
    assertThat(cryptography.encrypt(EncryptionAlgorithm.RSA1_5, new byte[1]).keyId()).isEqualTo(cryptography.keyId());
  }

  @Test
  void whoMayNotSeeThePublicHalfLetsTheVaultWorkAndAsksOnce() {
    vault.server.stubFor(get(urlPathEqualTo(FIRST)).willReturn(denied("ForbiddenByPolicy")));
    vault.server.stubFor(post(urlPathEqualTo(FIRST + "/verify")).willReturn(FaultyVault.json(200, "{\"value\":true}")));
    vault.server.stubFor(post(urlPathEqualTo(FIRST + "/encrypt")).willReturn(result(FIRST, "AQID")));
    vault.server.stubFor(post(urlPathEqualTo(FIRST + "/wrapkey")).willReturn(result(FIRST, "BAUG")));
    CryptographyClient cryptography = cryptography(FIRST);
    for (int i = 0; i < 3; i++) {
      assertThat(cryptography.verify(SignatureAlgorithm.RS256, new byte[32], new byte[256])).isTrue();
      assertThat(cryptography.encrypt(EncryptionAlgorithm.RSA_OAEP, new byte[32]).ciphertext()).containsExactly(1, 2, 3);
      assertThat(cryptography.wrapKey(EncryptionAlgorithm.RSA_OAEP, new byte[32]).encryptedKey()).containsExactly(4, 5, 6);
    }
    vault.server.verify(exactly(1), getRequestedFor(urlPathEqualTo(FIRST)));
    vault.server.verify(exactly(10), anyRequestedFor(anyUrl()));
    assertThatThrownBy(cryptography::key).isInstanceOfSatisfying(VaultException.Forbidden.class,
        e -> assertThat(e.permission()).contains("keys/get"));

    vault.server.stubFor(get(urlPathEqualTo(FIRST)).willReturn(bundle(FIRST)));
    assertThat(cryptography.key().n()).isNotEmpty();
    usePublicHalf(cryptography);
    vault.server.verify(exactly(3), postRequestedFor(urlPathEqualTo(FIRST + "/encrypt")));
  }

  @Test
  void aRefusalThatIsNotAboutThePermissionIsNotWorkedAround() {
    vault.server.stubFor(get(urlPathEqualTo(FIRST)).willReturn(denied("KeyDisabled")));
    CryptographyClient cryptography = cryptography(FIRST);
    assertThatThrownBy(() -> cryptography.verify(SignatureAlgorithm.RS256, new byte[32], new byte[256]))
        .isInstanceOfSatisfying(VaultException.Forbidden.class, e -> assertThat(e.innerCode()).isEqualTo("KeyDisabled"));
    vault.server.verify(exactly(1), anyRequestedFor(anyUrl()));
  }

  @Test
  void symmetricAlgorithmsNeedNoLookup() {
    vault.server.stubFor(post(urlPathEqualTo(FIRST + "/verify")).willReturn(FaultyVault.json(200, "{\"value\":true}")));
    vault.server.stubFor(post(urlPathEqualTo(FIRST + "/encrypt")).willReturn(FaultyVault.json(200, "{\"kid\":\"" + vault.uri() + FIRST
        + "\",\"value\":\"AQID\",\"iv\":\"AAAA\",\"tag\":\"AQEB\"}")));
    CryptographyClient cryptography = cryptography(FIRST);
    assertThat(cryptography.verifyData(SignatureAlgorithm.HS256, new byte[3], new byte[32])).isTrue();
    EncryptResult encrypted = cryptography.encrypt(EncryptParameters.of(EncryptionAlgorithm.A256GCM, new byte[3]).withAad(new byte[1]));
    assertThat(encrypted.iv()).containsExactly(0, 0, 0);
    assertThat(encrypted.tag()).containsExactly(1, 1, 1);
    assertThat(encrypted.aad()).containsExactly(0);
    vault.server.verify(exactly(2), anyRequestedFor(anyUrl()));
  }

  /** The key is rotated while two threads use it for the first time: both end up with one version. */
  @Test
  void whatAnotherVersionSignedMeanwhileIsSignedAgain() throws Exception {
    vault.server.stubFor(post(urlPathEqualTo(LATEST + "/sign")).inScenario("rotation").whenScenarioStateIs(Scenario.STARTED)
        .willSetStateTo("rotated").willReturn(result(FIRST, "AQ").withFixedDelay(4000)));
    vault.server.stubFor(post(urlPathEqualTo(LATEST + "/sign")).inScenario("rotation").whenScenarioStateIs("rotated")
        .willReturn(result(SECOND, "Ag")));
    vault.server.stubFor(post(urlPathEqualTo(SECOND + "/sign")).willReturn(result(SECOND, "Aw")));
    CryptographyClient cryptography = cryptography(LATEST);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<byte[]> slow = thread.submit(() -> cryptography.sign(SignatureAlgorithm.RS256, new byte[32]));
      while (vault.server.getAllScenarios().getScenarios().stream().noneMatch(scenario -> scenario.getState().equals("rotated"))) {
        Thread.onSpinWait();
      }
      assertThat(cryptography.sign(SignatureAlgorithm.RS256, new byte[32])).containsExactly(2);
      assertThat(slow.get(60, TimeUnit.SECONDS)).containsExactly(3);
    } finally {
      thread.shutdownNow();
    }
    assertThat(cryptography.keyId()).hasToString(vault.uri() + SECOND);
    vault.server.verify(exactly(3), anyRequestedFor(anyUrl()));
  }
}
