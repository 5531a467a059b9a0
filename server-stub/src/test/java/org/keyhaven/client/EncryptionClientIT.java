package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.EncryptionAlgorithm.Scheme;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyImportParameters;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.TestVault;

/** Keys that are known here, in a vault and in a Managed HSM: each side opens what the other, and a third party, made. */
class EncryptionClientIT {
  private static final byte[] VALUE = "exactly 32 bytes, two AES blocks".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AAD = "authenticated, not encrypted".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OCTETS = new byte[32];
  private static final AtomicInteger CALLS = new AtomicInteger();

  private static KeyPair rsa;
  private static KeyhavenClient vault;
  private static KeyhavenClient hsm;

  @BeforeAll
  static void importKeys() throws GeneralSecurityException {
    new SecureRandom().nextBytes(OCTETS);
    rsa = PrivateKeys.newRsa(2048);
    vault = counted(TestVault.get().vaultUrl());
    hsm = counted(TestVault.get().hsmUrl());
    importKey(vault, "encryption-rsa", PrivateKeys.rsa(rsa.getPrivate()));
    importKey(hsm, "encryption-rsa", PrivateKeys.rsa(rsa.getPrivate()));
    for (int bits : new int[] {128, 192, 256}) {
      importKey(hsm, "encryption-oct-" + bits, PrivateKeys.oct(KeyType.OCT_HSM, octets(bits)));
    }
  }

  @AfterAll
  static void disconnect() {
    vault.close();
    hsm.close();
  }

  private static KeyhavenClient counted(String url) {
    return Clients.builder(url).listener(start -> {
      CALLS.incrementAndGet();
      return end -> { };
    }).build();
  }

  private static ObjectId importKey(KeyhavenClient client, String name, PrivateJsonWebKey key) {
    return client.keys().importKey(name, new KeyImportParameters(null, key, null, null, null)).key().kid();
  }

  private static byte[] octets(int bits) {
    return Arrays.copyOf(OCTETS, bits / 8);
  }

  private static int bits(EncryptionAlgorithm algorithm) {
    return algorithm.keyBits() == 0 ? 256 : algorithm.keyBits();
  }

  private static boolean isRsa(EncryptionAlgorithm algorithm) {
    return algorithm.keyFamily() == KeyType.Family.RSA;
  }

  static Stream<Arguments> algorithms() {
    return Stream.of(EncryptionAlgorithm.values())
        .flatMap(algorithm -> isRsa(algorithm) ? Stream.of(Arguments.of(algorithm, false), Arguments.of(algorithm, true))
            : Stream.of(Arguments.of(algorithm, true)));
  }

  private static CryptographyClient remote(EncryptionAlgorithm algorithm, boolean managedHsm) {
    KeyhavenClient client = managedHsm ? hsm : vault;
    return client.cryptography(ObjectId.parse(client.vault() + "/keys/encryption-"
        + (isRsa(algorithm) ? "rsa" : "oct-" + bits(algorithm))));
  }

  private static CryptographyClient local(EncryptionAlgorithm algorithm) {
    return CryptographyClient.local(isRsa(algorithm) ? PrivateKeys.rsa(rsa.getPrivate())
        : PrivateKeys.oct(KeyType.OCT, octets(bits(algorithm))));
  }

  private static Key secret(EncryptionAlgorithm algorithm) {
    return isRsa(algorithm) ? rsa.getPrivate() : new SecretKeySpec(octets(bits(algorithm)), "AES");
  }

  private static EncryptResult theirs(EncryptionAlgorithm algorithm) throws GeneralSecurityException {
    boolean gcm = algorithm.scheme() == Scheme.AES_GCM;
    boolean cbc = algorithm.scheme() == Scheme.AES_CBC || algorithm.scheme() == Scheme.AES_CBC_PAD;
    return BouncyCastle.encrypt(isRsa(algorithm) ? rsa.getPublic() : secret(algorithm), new EncryptParameters(algorithm, VALUE,
        gcm ? new byte[12] : cbc ? new byte[16] : null, gcm ? AAD : null));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void eachSideOpensWhatTheOthersMade(EncryptionAlgorithm algorithm, boolean managedHsm) throws GeneralSecurityException {
    CryptographyClient remote = remote(algorithm, managedHsm);
    CryptographyClient local = local(algorithm);
    EncryptResult theirs = theirs(algorithm);
    if (algorithm.encrypts()) {
      EncryptParameters parameters = EncryptParameters.of(algorithm, VALUE)
          .withAad(algorithm.scheme() == Scheme.AES_GCM ? AAD : null);
      for (CryptographyClient one : List.of(remote, local)) {
        EncryptResult ours = one.encrypt(parameters);
        assertThat(ours.keyId()).isEqualTo(one.keyId());
        assertThat(BouncyCastle.decrypt(secret(algorithm), ours)).isEqualTo(VALUE);
        for (CryptographyClient other : List.of(remote, local)) {
          DecryptResult opened = other.decrypt(ours.toDecrypt());
          assertThat(opened.plaintext()).isEqualTo(VALUE);
          assertThat(opened.keyId()).isEqualTo(other.keyId());
        }
        assertThat(one.decrypt(theirs.toDecrypt()).plaintext()).isEqualTo(VALUE);
      }
    }
    if (algorithm.wraps()) {
      for (CryptographyClient one : List.of(remote, local)) {
        WrapResult ours = one.wrapKey(algorithm, VALUE);
        assertThat(ours.keyId()).isEqualTo(one.keyId());
        assertThat(BouncyCastle.decrypt(secret(algorithm),
            new EncryptResult(null, algorithm, ours.encryptedKey(), null, null, null))).isEqualTo(VALUE);
        for (CryptographyClient other : List.of(remote, local)) {
          assertThat(other.unwrapKey(algorithm, ours.encryptedKey()).key()).isEqualTo(VALUE);
        }
        assertThat(one.unwrapKey(algorithm, theirs.ciphertext()).key()).isEqualTo(VALUE);
      }
    }
    assertThat(remote.keyId().version()).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(value = SignatureAlgorithm.class, names = {"HS256", "HS384", "HS512"})
  void theHsmsHmacIsEverybodyElses(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    byte[] octets = Arrays.copyOf(OCTETS, algorithm.hash().bytes());
    CryptographyClient remote = hsm.cryptography(importKey(hsm, "encryption-" + algorithm,
        PrivateKeys.oct(KeyType.OCT_HSM, octets, KeyOperation.SIGN, KeyOperation.VERIFY)));
    byte[] tag = BouncyCastle.hmac(algorithm, octets, VALUE);
    assertThat(remote.signData(algorithm, VALUE)).isEqualTo(tag);
    assertThat(remote.verifyData(algorithm, VALUE, tag)).isTrue();
    assertThat(remote.verifyData(algorithm, AAD, tag)).isFalse();
    assertThat(CryptographyClient.local(PrivateKeys.oct(KeyType.OCT, octets)).verifyData(algorithm, VALUE, tag)).isTrue();
  }

  @Test
  void publicHalvesWorkWithoutARequestEvenWhenTheClientIsClosed() {
    ObjectId kid = vault.keys().get("encryption-rsa").key().kid();
    byte[] signature = vault.cryptography(kid).signData(SignatureAlgorithm.PS256, VALUE);
    KeyhavenClient closed = counted(TestVault.get().vaultUrl());
    CryptographyClient cryptography = closed.cryptography(kid);
    assertThat(cryptography.key().n()).hasSize(256);
    closed.close();
    int before = CALLS.get();
    assertThat(cryptography.verifyData(SignatureAlgorithm.PS256, VALUE, signature)).isTrue();
    assertThat(cryptography.verifyData(SignatureAlgorithm.PS256, AAD, signature)).isFalse();
    byte[] encrypted = cryptography.encrypt(EncryptionAlgorithm.RSA_OAEP_256, VALUE).ciphertext();
    byte[] wrapped = cryptography.wrapKey(EncryptionAlgorithm.RSA1_5, VALUE).encryptedKey();
    assertThat(CALLS.get()).isEqualTo(before);
    assertThat(vault.cryptography(kid).decrypt(EncryptionAlgorithm.RSA_OAEP_256, encrypted).plaintext()).isEqualTo(VALUE);
    assertThat(vault.cryptography(kid).unwrapKey(EncryptionAlgorithm.RSA1_5, wrapped).key()).isEqualTo(VALUE);
    assertThat(CALLS.get()).isEqualTo(before + 2);
    assertThatThrownBy(() -> cryptography.decrypt(EncryptionAlgorithm.RSA_OAEP_256, encrypted)).isInstanceOf(VaultException.class);
  }

  @Test
  void rotationPartsNoCiphertextFromItsKey() {
    KeyCreateParameters parameters = new KeyCreateParameters(KeyType.RSA, 2048, null, null, null, null, null);
    ObjectId first = vault.keys().create("encryption-rotated", parameters).key().kid();
    CryptographyClient before = vault.cryptography(first.withVersion(null));
    EncryptResult old = before.encrypt(EncryptionAlgorithm.RSA_OAEP, VALUE);
    assertThat(old.keyId()).isEqualTo(first);
    ObjectId second = vault.keys().create("encryption-rotated", parameters).key().kid();
    CryptographyClient after = vault.cryptography(first.withVersion(null));
    EncryptResult young = after.encrypt(EncryptionAlgorithm.RSA_OAEP, VALUE);
    assertThat(young.keyId()).isEqualTo(second);
    assertThat(before.decrypt(old.toDecrypt()).plaintext()).isEqualTo(VALUE);
    for (EncryptResult result : List.of(old, young)) {
      assertThat(vault.cryptography(result.keyId()).decrypt(result.toDecrypt()).plaintext()).isEqualTo(VALUE);
    }
    assertThatThrownBy(() -> after.decrypt(old.toDecrypt())).isInstanceOf(VaultException.class);
  }

  @Test
  void whatTheVaultWouldRefuseIsRefusedHere() {
    KeyCreateParameters parameters = new KeyCreateParameters(KeyType.RSA, 2048, null,
        List.of(KeyOperation.ENCRYPT, KeyOperation.DECRYPT), null, null, null);
    ObjectId kid = vault.keys().create("encryption-limited", parameters).key().kid();
    CryptographyClient limited = vault.cryptography(kid);
    EncryptResult encrypted = limited.encrypt(EncryptionAlgorithm.RSA_OAEP, VALUE);
    int before = CALLS.get();
    assertThatThrownBy(() -> limited.wrapKey(EncryptionAlgorithm.RSA_OAEP, VALUE)).isInstanceOfSatisfying(
        VaultException.Forbidden.class, e -> assertThat(e.innerCode()).isEqualTo("KeyOperationForbidden"));
    assertThat(CALLS.get()).isEqualTo(before);
    vault.keys().update(kid.name(), kid.version(), new KeyUpdateParameters(null,
        ObjectAttributes.of(null, null, Instant.now().minusSeconds(100)), null, null));
    try (KeyhavenClient later = counted(TestVault.get().vaultUrl())) {
      CryptographyClient expired = later.cryptography(kid);
      assertThatThrownBy(() -> expired.encrypt(EncryptionAlgorithm.RSA_OAEP, VALUE)).isInstanceOfSatisfying(
          VaultException.Forbidden.class, e -> assertThat(e.innerCode()).isEqualTo("KeyExpired"));
      assertThat(expired.decrypt(encrypted.toDecrypt()).plaintext()).isEqualTo(VALUE);
    }
  }

  @Test
  void theVaultAndThisProcessRefuseTheSame() {
    CryptographyClient aes = remote(EncryptionAlgorithm.A256GCM, true);
    CryptographyClient local = local(EncryptionAlgorithm.A256GCM);
    EncryptResult encrypted = aes.encrypt(EncryptParameters.of(EncryptionAlgorithm.A256GCM, VALUE).withAad(AAD));
    DecryptParameters forged = new DecryptParameters(EncryptionAlgorithm.A256GCM, encrypted.ciphertext(), encrypted.iv(),
        new byte[16], AAD);
    for (CryptographyClient client : List.of(aes, local)) {
      for (EncryptParameters bad : List.of(EncryptParameters.of(EncryptionAlgorithm.A256GCM, new byte[0]),
          EncryptParameters.of(EncryptionAlgorithm.A256GCM, VALUE).withIv(new byte[12]),
          EncryptParameters.of(EncryptionAlgorithm.A256CBC, new byte[31]),
          EncryptParameters.of(EncryptionAlgorithm.A256CBCPAD, VALUE).withAad(AAD),
          EncryptParameters.of(EncryptionAlgorithm.A128GCM, VALUE), EncryptParameters.of(EncryptionAlgorithm.RSA_OAEP, VALUE))) {
        assertThatThrownBy(() -> client.encrypt(bad)).as(bad.toString()).isInstanceOf(VaultException.class);
      }
      assertThatThrownBy(() -> client.decrypt(forged)).isInstanceOfSatisfying(VaultException.class,
          e -> assertThat(e.code()).isEqualTo("BadParameter"));
      assertThatThrownBy(() -> client.wrapKey(EncryptionAlgorithm.A256KW, new byte[20])).isInstanceOf(VaultException.class);
    }
  }
}
