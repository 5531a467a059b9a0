package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.security.KeyFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.KeyEncryptionAlgorithm;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.StartupException;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/** The engine over a real PKCS#11 module, and what that module lets out. */
class Pkcs11EngineIT extends CipherContract {
  private final String label = "keyhaven/" + UUID.randomUUID();
  private Pkcs11Token token;

  @BeforeAll
  @Override
  void open() {
    token = Pkcs11Token.open(TestHsm.options());
    Pkcs11Engine.forNewVault(token, label, 1).close();
    super.open();
  }

  @AfterAll
  @Override
  void close() {
    super.close();
    token.close();
  }

  @Override
  KeyEngine newEngine() {
    return Pkcs11Engine.forExistingVault(token, label, Pkcs11Engine.DEFAULT_CACHED_KEYS);
  }

  @Override
  boolean bindsIds() {
    return false;
  }

  @Test
  void theTokenRefusesToRevealTheMasterKeys() {
    for (TokenCall<Long> masterKey : List.<TokenCall<Long>>of(c -> MasterKeys.find(c, label).wrapping(),
        c -> MasterKeys.find(c, label).sealing())) {
      assertThat(refusal((api, session, keys) -> api.C_GetAttributeValue(session, masterKey.on(keys),
          new Template().with(PKCS11Constants.CKA_VALUE, null).attributes(), true)))
          .isEqualTo(PKCS11Constants.CKR_ATTRIBUTE_SENSITIVE);
      assertThat(refusal((api, session, keys) -> api.C_WrapKey(session,
          Mechanisms.plain(PKCS11Constants.CKM_AES_KEY_WRAP_PAD), MasterKeys.find(keys, label).wrapping(),
          masterKey.on(keys), true)))
          .isEqualTo(PKCS11Constants.CKR_KEY_UNEXTRACTABLE);
      assertThat(refusal((api, session, keys) -> api.C_SetAttributeValue(session, masterKey.on(keys),
          new Template().with(PKCS11Constants.CKA_EXTRACTABLE, true).attributes(), true))).isNotZero();
    }
  }

  @Test
  void theWrappingKeyDecryptsNothing() {
    assertThat(refusal((api, session, keys) -> api.C_DecryptInit(session,
        Mechanisms.gcm(new byte[12], new byte[0]), MasterKeys.find(keys, label).wrapping(), true)))
        .isEqualTo(PKCS11Constants.CKR_KEY_FUNCTION_NOT_PERMITTED);
  }

  @Test
  void theBlobIsNoPrivateKeyAndNothingStaysInTheToken() throws Exception {
    long before = privateKeys();
    GeneratedKey key = engine.generate("blob", RSA2048);
    byte[] blob = key.sealed().blob();
    for (int from = 0; from <= 1; from++) {
      byte[] encoded = Arrays.copyOfRange(blob, from, blob.length);
      assertThatThrownBy(() -> KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded)))
          .isInstanceOf(InvalidKeySpecException.class);
    }
    assertThat(privateKeys()).isEqualTo(before);
  }

  @Test
  void anUnwrappedKeyIsSensitiveNotExtractableAndNoTokenObject() throws Exception {
    GeneratedKey key = engine.generate("unwrapped", P256);
    assertThat(signs(engine, key, P256)).isTrue();
    List<Long> handles = token.run("look", connection -> connection.inSession((api, session) -> privateKeys(api, session)));
    assertThat(handles).isNotEmpty();
    for (long handle : handles) {
      assertThat(attribute(handle, PKCS11Constants.CKA_SENSITIVE)).isTrue();
      assertThat(attribute(handle, PKCS11Constants.CKA_EXTRACTABLE)).isFalse();
      assertThat(attribute(handle, PKCS11Constants.CKA_TOKEN)).isFalse();
      // An RSA key has no CKA_VALUE, an EC key no exponent.
      for (long secret : new long[] {PKCS11Constants.CKA_VALUE, PKCS11Constants.CKA_PRIVATE_EXPONENT}) {
        assertThat(refusal((api, session, keys) ->
            api.C_GetAttributeValue(session, handle, new Template().with(secret, null).attributes(), true)))
            .isIn(PKCS11Constants.CKR_ATTRIBUTE_SENSITIVE, PKCS11Constants.CKR_ATTRIBUTE_TYPE_INVALID);
      }
    }
  }

  @Test
  void aSymmetricKeyOfALengthThatTheTokenDoesNotKeepIsRefusedWithWhatItKeeps() {
    assertThatThrownBy(() -> engine.importKey("odd", new ClearKey.Oct(new byte[65]), false)).isInstanceOf(ApiError.class)
        .hasMessageContaining("symmetric of 65 bytes").hasMessageContaining("multiples of 8");
  }

  /** With the PIN, the blob, and any PKCS#11 tool at hand. */
  @Test
  void theTokenRefusesToUnwrapAKeyIntoAnExtractableOne() {
    byte[] blob = engine.generate("extract", P256).sealed().blob();
    byte[] wrapped = Arrays.copyOfRange(blob, 1, blob.length);
    Template extractable = new Template()
        .with(PKCS11Constants.CKA_CLASS, PKCS11Constants.CKO_PRIVATE_KEY)
        .with(PKCS11Constants.CKA_KEY_TYPE, PKCS11Constants.CKK_EC)
        .with(PKCS11Constants.CKA_TOKEN, false)
        .with(PKCS11Constants.CKA_SENSITIVE, false)
        .with(PKCS11Constants.CKA_EXTRACTABLE, true);
    assertThat(refusal((api, session, keys) -> api.C_UnwrapKey(session,
        Mechanisms.plain(PKCS11Constants.CKM_AES_KEY_WRAP_PAD), MasterKeys.find(keys, label).wrapping(), wrapped,
        extractable.attributes(), true))).isEqualTo(PKCS11Constants.CKR_TEMPLATE_INCONSISTENT);
  }

  @Test
  void nothingStaysInTheTokenWhateverIsMadeTakenOrExported() throws Exception {
    GeneratedKey kek = engine.generate("kek", RSA2048);
    assertThatThrownBy(() -> engine.importWrapped("no", kek.sealed(), new byte[296], KeyType.Family.EC, false))
        .isInstanceOf(ApiError.class);
    long before = objects();
    engine.generate("oct", new KeySpec.Oct(256));
    engine.importKey("ec", clear(pair(P256)), true);
    GeneratedKey key = engine.generate("exportable", P256, true);
    engine.export(key.sealed(), kek.publicKey(), KeyEncryptionAlgorithm.RSA_AES_KEY_WRAP_256);
    assertThatThrownBy(() -> engine.importWrapped("no", kek.sealed(), new byte[296], KeyType.Family.EC, false))
        .isInstanceOf(ApiError.class);
    assertThat(objects()).isEqualTo(before);
  }

  @Test
  void aVaultWithoutAKeyForExportableKeysIsGivenOne() throws Exception {
    String old = "keyhaven/" + UUID.randomUUID();
    Pkcs11Engine.forNewVault(token, old, 1).close();
    token.run("age", connection -> {
      long exporting = MasterKeys.exporting(connection, old);
      return connection.inWritableSession((api, session) -> {
        api.C_DestroyObject(session, exporting);
        return null;
      });
    });
    try (KeyEngine upgraded = Pkcs11Engine.forExistingVault(token, old, 1)) {
      assertThat(signs(upgraded, upgraded.generate("exportable", P256, true), P256)).isTrue();
    }
  }

  /** Mechanisms that other modules lack, taken away from this one. */
  @Test
  void aModuleWithoutRawRsaUnpadsItselfAndOneWithoutGcmGetsItComposed() throws Exception {
    Capabilities all = token.run("discover", Capabilities::discover);
    Set<Long> fewer = new HashSet<>(all.mechanisms());
    fewer.remove(PKCS11Constants.CKM_RSA_X_509);
    Capabilities poor = new Capabilities(fewer, all.minRsaBits(), all.maxRsaBits(), all.curves(), all.hmacLeastBytes(), false,
        Optional.empty(), Optional.empty());
    try (Pkcs11Engine lesser = new Pkcs11Engine(token, label, 10, poor)) {
      GeneratedKey rsa = lesser.generate("rsa", RSA2048);
      byte[] unpadded = unpadded(rsa.publicKey());
      for (EncryptionAlgorithm algorithm : List.of(EncryptionAlgorithm.RSA1_5, EncryptionAlgorithm.RSA_OAEP)) {
        byte[] encrypted = encrypted(algorithm, rsa.publicKey(), MESSAGE);
        assertThat(lesser.decrypt(rsa.sealed(), algorithm, Ciphertext.of(encrypted), null)).isEqualTo(MESSAGE);
        assertThatThrownBy(() -> lesser.decrypt(rsa.sealed(), algorithm, Ciphertext.of(unpadded), null))
            .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(400));
      }
      assertThat(lesser.supports(EncryptionAlgorithm.RSA_OAEP_256)).isFalse();
      assertThatThrownBy(() -> lesser.decrypt(rsa.sealed(), EncryptionAlgorithm.RSA_OAEP_256, Ciphertext.of(new byte[256]), null))
          .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(400));
      SealedKey aes = lesser.generate("aes", new KeySpec.Oct(256)).sealed();
      Ciphertext composed = lesser.encrypt(aes, EncryptionAlgorithm.A256GCM, new byte[100], null, MESSAGE);
      assertThat(engine.decrypt(aes, EncryptionAlgorithm.A256GCM, composed, MESSAGE)).isEqualTo(new byte[100]);
      Ciphertext native100 = engine.encrypt(aes, EncryptionAlgorithm.A256GCM, new byte[100], null, MESSAGE);
      assertThat(lesser.decrypt(aes, EncryptionAlgorithm.A256GCM, native100, MESSAGE)).isEqualTo(new byte[100]);
      assertThatThrownBy(() -> lesser.decrypt(aes, EncryptionAlgorithm.A256GCM, native100, null)).isInstanceOf(ApiError.class);
      assertThat(lesser.supports(KeyEncryptionAlgorithm.CKM_RSA_AES_KEY_WRAP)).isFalse();
    }
  }

  @Test
  void moreSymmetricKeysThanTheCacheHoldsAllWorkWhileSessionsVanish() throws Exception {
    try (Pkcs11Engine small = Pkcs11Engine.forExistingVault(token, label, 3)) {
      List<SealedKey> keys = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        keys.add(small.generate("symmetric-" + i, new KeySpec.Oct(256)).sealed());
      }
      CyclicBarrier gone = new CyclicBarrier(8, this::closeAllSessions);
      assertThat(inParallel(8, i -> {
        boolean good = true;
        for (int round = 0; round < 3; round++) {
          gone.await(60, TimeUnit.SECONDS);
          for (int k = 0; k < keys.size(); k++) {
            good &= works(small, keys.get((i + k) % keys.size()));
          }
        }
        return good;
      })).containsOnly(true);
      assertThat(small.cached()).isEqualTo(3);
    }
  }

  @Test
  void importTransferAndExportRecoverFromALostConnection() throws Exception {
    GeneratedKey kek = engine.generate("kek", RSA2048);
    closeAllSessions();
    GeneratedKey key = engine.importKey("import", clear(pair(P256)), true);
    closeAllSessions();
    engine.export(key.sealed(), kek.publicKey(), KeyEncryptionAlgorithm.CKM_RSA_AES_KEY_WRAP);
    closeAllSessions();
    assertThat(engine.random(16)).hasSize(16);
    closeAllSessions();
    byte[] blob = transferBlob(kek.publicKey(), octets(256));
    assertThat(works(engine, engine.importWrapped("oct", kek.sealed(), blob, KeyType.Family.OCT, false).sealed())).isTrue();
  }

  @Test
  void moreKeysThanTheCacheHoldsAllWork() throws Exception {
    try (Pkcs11Engine small = Pkcs11Engine.forExistingVault(token, label, 3)) {
      List<GeneratedKey> keys = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        keys.add(small.generate("many-" + i, P256));
      }
      long before = privateKeys();
      assertThat(inParallel(16, i -> {
        boolean good = true;
        for (int k = 0; k < keys.size(); k++) {
          good &= signs(small, keys.get((i + k) % keys.size()), P256);
        }
        return good;
      })).containsOnly(true);
      assertThat(small.cached()).isEqualTo(3);
      assertThat(privateKeys()).isEqualTo(before + 3);
    }
  }

  @Test
  void closingTheEngineDestroysItsHandles() throws Exception {
    long before = privateKeys();
    GeneratedKey key = engine.generate("handles", P256);
    try (KeyEngine other = newEngine()) {
      assertThat(signs(other, key, P256)).isTrue();
      assertThat(privateKeys()).isEqualTo(before + 1);
    }
    assertThat(privateKeys()).isEqualTo(before);
  }

  @Test
  void recoversWhenAllSessionsAreClosedUnderIt() throws Exception {
    GeneratedKey key = engine.generate("recovers", P256);
    assertThat(signs(engine, key, P256)).isTrue();
    closeAllSessions();
    assertThat(signs(engine, key, P256)).isTrue();
    closeAllSessions();
    assertThat(signs(engine, engine.generate("recovered", P256), P256)).isTrue();
  }

  @Test
  void recoversWhenTheTokenLogsOut() throws Exception {
    GeneratedKey key = engine.generate("logout", P256);
    assertThat(signs(engine, key, P256)).isTrue();
    PKCS11 api = token.module().api();
    long session = api.C_OpenSession(slot(), PKCS11Constants.CKF_SERIAL_SESSION, null, null);
    api.C_Logout(session);
    api.C_CloseSession(session);
    assertThat(signs(engine, key, P256)).isTrue();
  }

  /** All sessions vanish between calls, not within one: SoftHSM 2.6.1 itself crashes on the latter. */
  @Test
  void everyCallOfManyThreadsSurvivesThatTheSessionsAreGone() throws Exception {
    GeneratedKey key = engine.generate("vanish", P256);
    CyclicBarrier gone = new CyclicBarrier(16, this::closeAllSessions);
    assertThat(inParallel(16, i -> {
      boolean good = true;
      for (int round = 0; round < 5; round++) {
        gone.await(60, TimeUnit.SECONDS);
        for (int call = 0; call < 5; call++) {
          good &= signs(engine, key, P256);
        }
      }
      return good;
    })).containsOnly(true);
  }

  @Test
  void theSealerBindsItsSecretToTheContext() {
    Sealer sealer = Pkcs11Engine.forExistingVault(token, label, 1).sealer();
    byte[] secret = {1, 2, 3, 4};
    byte[] blob = sealer.seal(secret, new byte[] {9});
    assertThat(sealer.unseal(blob, new byte[] {9})).isEqualTo(secret);
    assertThat(sealer.seal(secret, new byte[] {9})).isNotEqualTo(blob);
    assertRefused(sealer, blob, new byte[] {8});
    assertRefused(sealer, new byte[3], new byte[] {9});
    for (int i = 0; i < blob.length; i++) {
      byte[] changed = blob.clone();
      changed[i] ^= 1;
      assertRefused(sealer, changed, new byte[] {9});
    }
  }

  @Test
  void aVaultWhoseMasterKeyIsNotInTheTokenDoesNotStart() {
    String absent = "keyhaven/" + UUID.randomUUID();
    assertThatThrownBy(() -> Pkcs11Engine.forExistingVault(token, absent, 1)).isInstanceOf(StartupException.class)
        .hasMessageContaining(absent).hasMessageContaining("restore");
    assertThatThrownBy(() -> Pkcs11Engine.forExistingVault(token, absent, 1)).isInstanceOf(StartupException.class);
  }

  @Test
  void makingAVaultTwiceKeepsItsMasterKey() throws Exception {
    GeneratedKey key = engine.generate("again", P256);
    try (KeyEngine again = Pkcs11Engine.forNewVault(token, label, 1)) {
      assertThat(signs(again, key, P256)).isTrue();
    }
  }

  @Test
  void anotherVaultsMasterKeyDoesNotOpenTheBlob() {
    GeneratedKey key = engine.generate("other", P256);
    try (KeyEngine other = Pkcs11Engine.forNewVault(token, "keyhaven/" + UUID.randomUUID(), 1)) {
      assertThatThrownBy(() -> other.sign(key.sealed(), SignatureAlgorithm.ES256, new byte[32]))
          .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(500));
    }
  }

  @FunctionalInterface
  private interface Attempt {
    void run(PKCS11 api, long session, TokenConnection keys) throws PKCS11Exception;
  }

  /** The CKR with which the token refuses; 0 when it does not. */
  private long refusal(Attempt attempt) {
    return token.run("try", connection -> connection.inWritableSession((api, session) -> {
      try {
        attempt.run(api, session, connection);
        return 0L;
      } catch (PKCS11Exception e) {
        return e.getErrorCode();
      }
    }));
  }

  private boolean attribute(long handle, long type) {
    return token.run("look", connection -> connection.inSession((api, session) -> {
      CK_ATTRIBUTE[] asked = new Template().with(type, null).attributes();
      api.C_GetAttributeValue(session, handle, asked, true);
      return (Boolean) asked[0].pValue;
    }));
  }

  private long objects() {
    return token.run("count", connection -> connection.inSession((api, session) -> {
      api.C_FindObjectsInit(session, new CK_ATTRIBUTE[0], true);
      long found = api.C_FindObjects(session, 10_000).length;
      api.C_FindObjectsFinal(session);
      return found;
    }));
  }

  private long privateKeys() {
    return token.run("count", connection -> connection.inSession((api, session) -> privateKeys(api, session))).size();
  }

  private static List<Long> privateKeys(PKCS11 api, long session) throws PKCS11Exception {
    api.C_FindObjectsInit(session,
        new Template().with(PKCS11Constants.CKA_CLASS, PKCS11Constants.CKO_PRIVATE_KEY).attributes(), true);
    long[] found = api.C_FindObjects(session, 10_000);
    api.C_FindObjectsFinal(session);
    return Arrays.stream(found).boxed().toList();
  }

  private long slot() throws PKCS11Exception {
    return token.module().slotOf(token.label()).orElseThrow();
  }

  private void closeAllSessions() {
    try {
      token.module().api().C_CloseAllSessions(slot());
    } catch (PKCS11Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void assertRefused(Sealer sealer, byte[] blob, byte[] context) {
    assertThatThrownBy(() -> sealer.unseal(blob, context)).isInstanceOfSatisfying(ApiError.class,
        e -> assertThat(e.status()).isEqualTo(500));
  }
}
