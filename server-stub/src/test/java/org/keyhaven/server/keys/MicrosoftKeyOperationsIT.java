package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.util.Context;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.KeyServiceVersion;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.models.DecryptParameters;
import com.azure.security.keyvault.keys.cryptography.models.EncryptParameters;
import com.azure.security.keyvault.keys.cryptography.models.EncryptResult;
import com.azure.security.keyvault.keys.cryptography.models.EncryptionAlgorithm;
import com.azure.security.keyvault.keys.cryptography.models.KeyWrapAlgorithm;
import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import com.azure.security.keyvault.keys.models.CreateOctKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.ImportKeyOptions;
import com.azure.security.keyvault.keys.models.JsonWebKey;
import com.azure.security.keyvault.keys.models.KeyOperation;
import com.azure.security.keyvault.keys.models.KeyType;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.KeyCurve;

/**
 * Import, encryption, wrapping, HMAC, backup and random bytes with Microsoft's clients, unmodified, against the real server:
 * software keys, and keys in the HSM. What they give is checked against the JDK, in both directions.
 */
class MicrosoftKeyOperationsIT {
  private static final byte[] VALUE = "thirty-two bytes: two AES blocks".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AAD = "more".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] IV = new byte[16];
  private static final SecureRandom RANDOM = new SecureRandom();

  @BeforeAll
  static void trust() {
    MicrosoftClients.trust();
  }

  @AfterAll
  static void forget() {
    MicrosoftClients.forget();
  }

  private static KeyClient keys(boolean managedHsm) {
    return MicrosoftClients.keys(managedHsm, KeyServiceVersion.getLatest());
  }

  private static byte[] random(int bytes) {
    byte[] all = new byte[bytes];
    RANDOM.nextBytes(all);
    return all;
  }

  private static KeyVaultKey imported(boolean managedHsm, String name, JsonWebKey key, boolean hsm) {
    return keys(managedHsm).importKey(new ImportKeyOptions(name, key).setHardwareProtected(hsm));
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,true"})
  void anImportedRsaKeyDecryptsUnwrapsAndSigns(boolean managedHsm, boolean hsm) throws Exception {
    KeyPair pair = LocalKeys.rsa();
    KeyVaultKey key = imported(managedHsm, "ms-import-rsa-" + hsm, JsonWebKey.fromRsa(pair), hsm);
    assertThat(key.getKeyType()).isEqualTo(hsm ? KeyType.RSA_HSM : KeyType.RSA);
    CryptographyClient client = MicrosoftClients.cryptography(key.getId());
    Map<String, String> digests = Map.of("RSA-OAEP", "SHA-1", "RSA-OAEP-256", "SHA-256", "RSA1_5", "");
    for (Map.Entry<String, String> algorithm : digests.entrySet()) {
      Cipher cipher = Cipher.getInstance(algorithm.getValue().isEmpty() ? "RSA/ECB/PKCS1Padding" : "RSA/ECB/OAEPPadding");
      OAEPParameterSpec oaep = algorithm.getValue().isEmpty() ? null : new OAEPParameterSpec(algorithm.getValue(), "MGF1",
          new MGF1ParameterSpec(algorithm.getValue()), PSource.PSpecified.DEFAULT);
      cipher.init(Cipher.ENCRYPT_MODE, pair.getPublic(), oaep);
      byte[] local = cipher.doFinal(VALUE);
      EncryptionAlgorithm encryption = EncryptionAlgorithm.fromString(algorithm.getKey());
      KeyWrapAlgorithm wrapping = KeyWrapAlgorithm.fromString(algorithm.getKey());
      assertThat(client.decrypt(encryption, local).getPlainText()).isEqualTo(VALUE);
      assertThat(client.unwrapKey(wrapping, local).getKey()).isEqualTo(VALUE);
      cipher.init(Cipher.DECRYPT_MODE, pair.getPrivate(), oaep);
      assertThat(cipher.doFinal(client.encrypt(encryption, VALUE).getCipherText())).isEqualTo(VALUE);
      assertThat(cipher.doFinal(client.wrapKey(wrapping, VALUE).getEncryptedKey())).isEqualTo(VALUE);
      byte[] bad = unpadded(pair);
      assertThatThrownBy(() -> client.decrypt(encryption, bad)).isInstanceOfSatisfying(HttpResponseException.class,
          e -> assertThat(e.getResponse().getStatusCode()).isEqualTo(400));
    }
    Signature verifier = Signature.getInstance("SHA384withRSA");
    verifier.initVerify(pair.getPublic());
    verifier.update(VALUE);
    assertThat(verifier.verify(client.signData(SignatureAlgorithm.RS384, VALUE).getSignature())).isTrue();
  }

  /** A changed ciphertext would at times, by chance, open to something. */
  private static byte[] unpadded(KeyPair pair) throws GeneralSecurityException {
    Cipher raw = Cipher.getInstance("RSA/ECB/NoPadding");
    raw.init(Cipher.ENCRYPT_MODE, pair.getPublic());
    byte[] block = new byte[256];
    Arrays.fill(block, (byte) 1);
    return raw.doFinal(block);
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,true"})
  void anImportedEcKeySigns(boolean managedHsm, boolean hsm) throws Exception {
    Map<KeyCurve, SignatureAlgorithm> algorithms = Map.of(KeyCurve.P_256, SignatureAlgorithm.ES256, KeyCurve.P_384,
        SignatureAlgorithm.ES384, KeyCurve.P_521, SignatureAlgorithm.ES512, KeyCurve.P_256K, SignatureAlgorithm.ES256K);
    Map<KeyCurve, String> hashes =
        Map.of(KeyCurve.P_256, "SHA256", KeyCurve.P_384, "SHA384", KeyCurve.P_521, "SHA512", KeyCurve.P_256K, "SHA256");
    for (KeyCurve curve : KeyCurve.values()) {
      KeyPair pair = LocalKeys.ec(curve);
      KeyVaultKey key = imported(managedHsm, "ms-import-" + curve.standardName() + "-" + hsm,
          JsonWebKey.fromEc(pair, LocalKeys.BOUNCY_CASTLE), hsm);
      assertThat(key.getKeyType()).isEqualTo(hsm ? KeyType.EC_HSM : KeyType.EC);
      byte[] signature = MicrosoftClients.cryptography(key.getId()).signData(algorithms.get(curve), VALUE).getSignature();
      assertThat(LocalKeys.ecdsaVerifies(pair.getPublic(), hashes.get(curve), VALUE, signature)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 192, 256})
  void anImportedAesKeyEncryptsAndWraps(int bits) throws Exception {
    byte[] octets = random(bits / 8);
    SecretKeySpec local = new SecretKeySpec(octets, "AES");
    KeyVaultKey key = imported(true, "ms-import-aes-" + bits, JsonWebKey.fromAes(local, List.of(KeyOperation.ENCRYPT,
        KeyOperation.DECRYPT, KeyOperation.WRAP_KEY, KeyOperation.UNWRAP_KEY)), true);
    assertThat(key.getKeyType()).isEqualTo(KeyType.OCT_HSM);
    assertThat(key.getKey().getK()).isNullOrEmpty();
    CryptographyClient client = MicrosoftClients.cryptography(key.getId());
    cbc(client, bits, local);
    gcm(client, bits, local);
    Cipher kw = Cipher.getInstance("AESWrap");
    kw.init(Cipher.UNWRAP_MODE, local);
    byte[] wrapped = client.wrapKey(KeyWrapAlgorithm.fromString("A" + bits + "KW"), VALUE).getEncryptedKey();
    assertThat(kw.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded()).isEqualTo(VALUE);
    assertThat(client.unwrapKey(KeyWrapAlgorithm.CKM_AES_KEY_WRAP, wrapped).getKey()).isEqualTo(VALUE);
    byte[] padded = client.wrapKey(KeyWrapAlgorithm.CKM_AES_KEY_WRAP_PAD, Arrays.copyOf(VALUE, 29)).getEncryptedKey();
    assertThat(client.unwrapKey(KeyWrapAlgorithm.CKM_AES_KEY_WRAP_PAD, padded).getKey()).isEqualTo(Arrays.copyOf(VALUE, 29));
  }

  private static void cbc(CryptographyClient client, int bits, SecretKeySpec local) throws Exception {
    EncryptResult result = client.encrypt(switch (bits) {
      case 128 -> EncryptParameters.createA128CbcPadParameters(VALUE, IV);
      case 192 -> EncryptParameters.createA192CbcPadParameters(VALUE, IV);
      default -> EncryptParameters.createA256CbcPadParameters(VALUE, IV);
    }, Context.NONE);
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(Cipher.DECRYPT_MODE, local, new IvParameterSpec(result.getIv()));
    assertThat(cipher.doFinal(result.getCipherText())).isEqualTo(VALUE);
    assertThat(client.decrypt(switch (bits) {
      case 128 -> DecryptParameters.createA128CbcPadParameters(result.getCipherText(), IV);
      case 192 -> DecryptParameters.createA192CbcPadParameters(result.getCipherText(), IV);
      default -> DecryptParameters.createA256CbcPadParameters(result.getCipherText(), IV);
    }, Context.NONE).getPlainText()).isEqualTo(VALUE);
  }

  private static void gcm(CryptographyClient client, int bits, SecretKeySpec local) throws Exception {
    EncryptResult result = client.encrypt(switch (bits) {
      case 128 -> EncryptParameters.createA128GcmParameters(VALUE, AAD);
      case 192 -> EncryptParameters.createA192GcmParameters(VALUE, AAD);
      default -> EncryptParameters.createA256GcmParameters(VALUE, AAD);
    }, Context.NONE);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, local, new GCMParameterSpec(128, result.getIv()));
    cipher.updateAAD(AAD);
    cipher.update(result.getCipherText());
    assertThat(cipher.doFinal(result.getAuthenticationTag())).isEqualTo(VALUE);
    byte[] iv = random(12);
    cipher.init(Cipher.ENCRYPT_MODE, local, new GCMParameterSpec(128, iv));
    cipher.updateAAD(AAD);
    byte[] made = cipher.doFinal(VALUE);
    byte[] ciphertext = Arrays.copyOf(made, VALUE.length);
    byte[] tag = Arrays.copyOfRange(made, VALUE.length, made.length);
    assertThat(client.decrypt(switch (bits) {
      case 128 -> DecryptParameters.createA128GcmParameters(ciphertext, iv, tag, AAD);
      case 192 -> DecryptParameters.createA192GcmParameters(ciphertext, iv, tag, AAD);
      default -> DecryptParameters.createA256GcmParameters(ciphertext, iv, tag, AAD);
    }, Context.NONE).getPlainText()).isEqualTo(VALUE);
  }

  @Test
  void aGeneratedSymmetricKeyWrapsAndAnImportedOneAuthenticates() throws Exception {
    KeyVaultKey made = keys(true).createOctKey(new CreateOctKeyOptions("ms-oct").setHardwareProtected(true).setKeySize(256));
    assertThat(made.getKeyType()).isEqualTo(KeyType.OCT_HSM);
    CryptographyClient client = MicrosoftClients.cryptography(made.getId());
    byte[] wrapped = client.wrapKey(KeyWrapAlgorithm.A256KW, VALUE).getEncryptedKey();
    assertThat(client.unwrapKey(KeyWrapAlgorithm.A256KW, wrapped).getKey()).isEqualTo(VALUE);

    byte[] octets = random(64);
    KeyVaultKey key = imported(true, "ms-mac",
        JsonWebKey.fromAes(new SecretKeySpec(octets, "AES"), List.of(KeyOperation.SIGN, KeyOperation.VERIFY)), true);
    CryptographyClient signer = MicrosoftClients.cryptography(key.getId());
    byte[] digest = MessageDigest.getInstance("SHA-512").digest(VALUE);
    Mac mac = Mac.getInstance("HmacSHA512");
    mac.init(new SecretKeySpec(octets, "HmacSHA512"));
    byte[] expected = mac.doFinal(digest);
    assertThat(signer.sign(SignatureAlgorithm.HS512, digest).getSignature()).isEqualTo(expected);
    assertThat(signer.verify(SignatureAlgorithm.HS512, digest, expected).isValid()).isTrue();
    expected[9] ^= 1;
    assertThat(signer.verify(SignatureAlgorithm.HS512, digest, expected).isValid()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBackedUpKeyComesBackAndSignsAsBefore(boolean managedHsm) {
    KeyClient client = keys(managedHsm);
    KeyVaultKey first = client.createKey("ms-backup", KeyType.EC_HSM);
    KeyVaultKey second = client.createKey("ms-backup", KeyType.EC_HSM);
    byte[] backup = client.backupKey("ms-backup");
    assertThatThrownBy(() -> client.restoreKeyBackup(backup)).isInstanceOfSatisfying(HttpResponseException.class,
        e -> assertThat(e.getResponse().getStatusCode()).isEqualTo(409));
    client.beginDeleteKey("ms-backup").setPollInterval(Duration.ofMillis(100)).waitForCompletion();
    client.purgeDeletedKey("ms-backup");
    assertThat(client.restoreKeyBackup(backup).getId()).isEqualTo(second.getId());
    CryptographyClient signer = MicrosoftClients.cryptography(first.getId());
    byte[] signature = signer.signData(SignatureAlgorithm.ES256, VALUE).getSignature();
    assertThat(signer.verifyData(SignatureAlgorithm.ES256, VALUE, signature).isValid()).isTrue();
    assertThat(client.getKey("ms-backup", first.getProperties().getVersion()).getKey().getX())
        .isEqualTo(first.getKey().getX());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKeyWrappedForTheHsmIsUnwrappedInItAndUsed(boolean managedHsm) throws Exception {
    KeyVaultKey kek = keys(managedHsm).createRsaKey(new CreateRsaKeyOptions("ms-kek").setHardwareProtected(true)
        .setKeyOperations(KeyOperation.IMPORT));
    RSAPublicKey wrapping = (RSAPublicKey) kek.getKey().toRsa().getPublic();
    KeyVaultKey rsa = transferred(managedHsm, kek, KeyType.RSA_HSM,
        TransferBlobs.wrapped(wrapping, LocalKeys.rsa().getPrivate().getEncoded()));
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(LocalKeys.rsa().getPublic());
    verifier.update(VALUE);
    assertThat(verifier.verify(MicrosoftClients.cryptography(rsa.getId()).signData(SignatureAlgorithm.RS256, VALUE)
        .getSignature())).isTrue();

    KeyPair pair = LocalKeys.ec(KeyCurve.P_384);
    KeyVaultKey ec = transferred(managedHsm, kek, KeyType.EC_HSM,
        TransferBlobs.wrapped(wrapping, pair.getPrivate().getEncoded()));
    byte[] signature = MicrosoftClients.cryptography(ec.getId()).signData(SignatureAlgorithm.ES384, VALUE).getSignature();
    assertThat(LocalKeys.ecdsaVerifies(pair.getPublic(), "SHA384", VALUE, signature)).isTrue();

    byte[] octets = random(32);
    byte[] wrappedOctets = TransferBlobs.wrapped(wrapping, octets);
    if (managedHsm) {
      CryptographyClient client =
          MicrosoftClients.cryptography(transferred(true, kek, KeyType.OCT_HSM, wrappedOctets).getId());
      Cipher kw = Cipher.getInstance("AESWrap");
      kw.init(Cipher.UNWRAP_MODE, new SecretKeySpec(octets, "AES"));
      byte[] wrapped = client.wrapKey(KeyWrapAlgorithm.A256KW, VALUE).getEncryptedKey();
      assertThat(kw.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded()).isEqualTo(VALUE);
    } else {
      assertThatThrownBy(() -> transferred(false, kek, KeyType.OCT_HSM, wrappedOctets))
          .isInstanceOfSatisfying(HttpResponseException.class,
              e -> assertThat(e.getResponse().getStatusCode()).isEqualTo(400));
    }
  }

  private static KeyVaultKey transferred(boolean managedHsm, KeyVaultKey kek, KeyType type, byte[] ciphertext) {
    byte[] blob = TransferBlobs.blob(kek.getId(), ciphertext).getBytes(StandardCharsets.UTF_8);
    return imported(managedHsm, "ms-byok-" + type, new JsonWebKey().setKeyType(type).setT(blob), true);
  }

  @Test
  void randomBytesComeFromTheHsm() {
    assertThat(keys(true).getRandomBytes(128)).hasSize(128).isNotEqualTo(keys(true).getRandomBytes(128));
    assertThatThrownBy(() -> keys(true).getRandomBytes(129)).isInstanceOf(HttpResponseException.class);
  }
}
