package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.keyhaven.client.http.ClientKeys;
import org.keyhaven.client.http.Trust;
import org.keyhaven.client.wire.Certificates.CertificateItem;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.TestVault;

/** The futures against the real server, which speaks HTTP/2 and HTTP/1.1. */
@Timeout(120)
class AsyncClientIT {
  private static final KeyCreateParameters EC = new KeyCreateParameters(KeyType.EC, null, null, null, null, null, KeyCurve.P_256);
  private static final KeyCreateParameters RSA = new KeyCreateParameters(KeyType.RSA, 2048, null, null, null, null, null);

  private static KeyhavenClient client;
  private static KeyhavenAsyncClient async;

  @BeforeAll
  static void connect() {
    client = Clients.vault();
    async = client.async();
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  private static byte[] digest() throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(new byte[] {1, 2, 3});
  }

  @Test
  void aKeyLivesItsWholeLife() {
    KeyAsyncClient keys = async.keys();
    KeyBundle made = keys.create("async-life", EC).join();
    assertThat(keys.get("async-life").join()).usingRecursiveComparison().isEqualTo(made);
    assertThat(keys.get("async-life", made.key().kid().version()).join()).usingRecursiveComparison().isEqualTo(made);
    KeyBundle rotated = keys.rotate("async-life").join();
    assertThat(keys.listVersions("async-life").toList(10).join()).extracting(KeyItem::kid)
        .containsExactlyInAnyOrder(made.key().kid(), rotated.key().kid());
    assertThat(keys.update("async-life", null, new KeyUpdateParameters(List.of(KeyOperation.SIGN), null, null, null)).join().key().keyOps())
        .containsExactly("sign");
    assertThat(keys.getRotationPolicy("async-life").join()).usingRecursiveComparison().isEqualTo(client.keys().getRotationPolicy("async-life"));
    byte[] backup = keys.backup("async-life").join();
    keys.deleteAndAwait("async-life", Duration.ofSeconds(20)).join();
    assertThat(keys.recoverAndAwait("async-life", Duration.ofSeconds(20)).join().key().kid()).isEqualTo(rotated.key().kid());
    keys.deleteAndAwait("async-life", Duration.ofSeconds(20)).join();
    assertThat(keys.getDeleted("async-life").join().key().kid()).isEqualTo(rotated.key().kid());
    assertThat(keys.listDeleted().toList(1000).join()).extracting(item -> item.kid().name()).contains("async-life");
    keys.purge("async-life").join();
    assertThat(keys.restore(backup).join().key().kid()).isEqualTo(rotated.key().kid());
    List<String> names = new ArrayList<>();
    keys.list().forEachPage(page -> {
      page.forEach(item -> names.add(item.kid().name()));
      return true;
    }).join();
    assertThat(names).contains("async-life");
  }

  @Test
  void aFailureIsTheOneOfTheBlockingTwin() {
    assertThatThrownBy(() -> async.keys().get("async-missing").join()).isInstanceOf(CompletionException.class).cause()
        .isInstanceOfSatisfying(VaultException.NotFound.class, e -> {
          assertThat(e.code()).isEqualTo("KeyNotFound");
          assertThat(e.requestId()).isNotNull();
        });
    assertThat(async.keys().get("async-missing").handle((key, failure) -> failure).join())
        .isInstanceOf(VaultException.NotFound.class);
  }

  @Test
  void whatIsSignedVerifiesAndWhatIsEncryptedOpens() throws Exception {
    ObjectId signing = async.keys().create("async-sign", EC).join().key().kid();
    for (CryptographyAsyncClient key : List.of(async.cryptography(signing), async.cryptography("async-sign"))) {
      byte[] signature = key.sign(SignatureAlgorithm.ES256, digest()).join();
      assertThat(key.keyId()).isEqualTo(signing);
      assertThat(key.verify(SignatureAlgorithm.ES256, digest(), signature).join()).isTrue();
      assertThat(key.verifyData(SignatureAlgorithm.ES256, new byte[] {1, 2, 3}, signature).join()).isTrue();
      assertThat(client.cryptography(signing).verify(SignatureAlgorithm.ES256, digest(), signature)).isTrue();
      assertThat(key.key().join()).usingRecursiveComparison().isEqualTo(client.cryptography(signing).key());
    }
    CryptographyAsyncClient rsa = async.cryptography(async.keys().create("async-encrypt", RSA).join().key().kid());
    byte[] secret = {4, 5, 6};
    EncryptResult encrypted = rsa.encrypt(EncryptionAlgorithm.RSA_OAEP_256, secret).join();
    assertThat(rsa.decrypt(EncryptionAlgorithm.RSA_OAEP_256, encrypted.ciphertext()).join().plaintext()).isEqualTo(secret);
    WrapResult wrapped = rsa.wrapKey(EncryptionAlgorithm.RSA_OAEP_256, secret).join();
    assertThat(rsa.unwrapKey(EncryptionAlgorithm.RSA_OAEP_256, wrapped.encryptedKey()).join().key()).isEqualTo(secret);
  }

  @Test
  void theManagedHsmGivesRandomBytes() {
    try (KeyhavenClient hsm = Clients.managedHsm()) {
      assertThat(HexFormat.of().formatHex(hsm.async().keys().randomBytes(32).join())).hasSize(64).isNotEqualTo("0".repeat(64));
    }
  }

  @Test
  void certificatesAreListed() {
    List<CertificateItem> found = async.certificates().list().toList(1000).join();
    assertThat(found).hasSameSizeAs(client.certificates().list().stream().toList());
  }

  @Test
  void manyCallsAtOnceShareAConnectionThoughTheirTokensExpire() throws Exception {
    ObjectId kid = async.keys().create("async-many", EC).join().key().kid();
    AtomicInteger fetched = new AtomicInteger();
    // Each token is too old within two seconds.
    TokenSource shortLived = request -> {
      fetched.incrementAndGet();
      return new AccessToken(TestVault.get().token(false), Instant.now().plusSeconds(2), Instant.now().plusSeconds(1));
    };
    try (KeyhavenClient one = Clients.builder(TestVault.get().vaultUrl()).maxConnections(1).tokenSource(shortLived).build()) {
      CryptographyAsyncClient key = one.async().cryptography(kid);
      int rounds = 0;
      long start = System.nanoTime();
      long end = start + TimeUnit.SECONDS.toNanos(4);
      // On a machine that is busy a round alone may take longer.
      for (; System.nanoTime() < end || fetched.get() < 2; rounds++) {
        List<CompletableFuture<byte[]>> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
          calls.add(key.sign(SignatureAlgorithm.ES256, digest()));
        }
        for (CompletableFuture<byte[]> call : calls) {
          assertThat(call.get(30, TimeUnit.SECONDS)).hasSize(64);
        }
      }
      assertThat(fetched.get()).as("one a second")
          .isBetween(2, (int) Duration.ofNanos(System.nanoTime() - start).toSeconds() + 2);
      assertThat(rounds).isPositive();
    }
  }

  @Test
  void callsThatAreCancelledDisturbNoneOfTheOthers() throws Exception {
    ObjectId kid = async.keys().create("async-cancel", EC).join().key().kid();
    try (KeyhavenClient one = Clients.builder(TestVault.get().vaultUrl()).maxConnections(1).build()) {
      assertCancelledCallsDisturbNobody(one.async().cryptography(kid));
    }
  }

  @Test
  void overHttp11TheFuturesDoTheSame() throws Exception {
    OldCipherContext tls = OldCipherContext.over(Trust.of(TestVault.get().caFile(), ClientKeys.platform()));
    try (KeyhavenClient single = Clients.builder(TestVault.get().vaultUrl()).sslContext(tls).maxConnections(4).build()) {
      KeyAsyncClient keys = single.async().keys();
      KeyBundle made = keys.create("async-single", EC).join();
      assertThat(keys.get("async-single").join()).usingRecursiveComparison().isEqualTo(made);
      assertThat(keys.listVersions("async-single").toList(10).join()).extracting(KeyItem::kid).containsExactly(made.key().kid());
      assertThatThrownBy(() -> keys.get("async-missing").join()).hasCauseInstanceOf(VaultException.NotFound.class);
      assertCancelledCallsDisturbNobody(single.async().cryptography(made.key().kid()));
      keys.deleteAndAwait("async-single", Duration.ofSeconds(20)).join();
      assertThat(tls.engines).isNotEmpty().extracting(SSLEngine::getApplicationProtocol).contains("http/1.1")
          .doesNotContain("h2");
    }
  }

  private static void assertCancelledCallsDisturbNobody(CryptographyAsyncClient key) throws Exception {
    List<CompletableFuture<byte[]>> kept = new ArrayList<>();
    // More than one connection takes at once.
    for (int i = 0; i < 110; i++) {
      CompletableFuture<byte[]> call = key.sign(SignatureAlgorithm.ES256, digest());
      if (i % 2 == 0) {
        kept.add(call);
      } else {
        call.cancel(true);
      }
    }
    for (CompletableFuture<byte[]> call : kept) {
      assertThat(call.get(60, TimeUnit.SECONDS)).hasSize(64);
    }
    assertThat(key.sign(SignatureAlgorithm.ES256, digest()).get(30, TimeUnit.SECONDS)).hasSize(64);
  }
}
