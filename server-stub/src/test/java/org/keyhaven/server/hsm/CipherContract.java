package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyEncryptionAlgorithm;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;

/**
 * What every engine must do with symmetric keys, with ciphertexts, and with keys that come from elsewhere or go there. Each
 * result is checked by implementations that are not the engine's: the JDK's and Bouncy Castle's.
 */
abstract class CipherContract extends KeyEngineContract {
  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
  private static final List<Provider> PROVIDERS = List.of(Security.getProvider("SunJCE"), BOUNCY_CASTLE);
  private static final byte[] AAD = "context".getBytes(StandardCharsets.UTF_8);
  private static final byte[] PLAIN = "thirty-two bytes of plain text!!".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] IV = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final Map<KeySpec, KeyPair> PAIRS = new ConcurrentHashMap<>();
  /** One in some 430 blocks with another padding is padded as PKCS #1 v1.5 has it, by chance; with this seed, none. */
  @SuppressWarnings("serial")
  private static final SecureRandom ALWAYS_THE_SAME = new SecureRandom() {
    @Override
    public void nextBytes(byte[] bytes) {
      Arrays.fill(bytes, (byte) 0x42);
    }
  };

  /** Whether keys that may leave do. */
  boolean exports() {
    return true;
  }

  static Stream<EncryptionAlgorithm> symmetric() {
    return Arrays.stream(EncryptionAlgorithm.values()).filter(row -> row.keyFamily() == KeyType.Family.OCT);
  }

  static Stream<EncryptionAlgorithm> rsa() {
    return Arrays.stream(EncryptionAlgorithm.values()).filter(row -> row.keyFamily() == KeyType.Family.RSA);
  }

  static Stream<SignatureAlgorithm> macs() {
    return Arrays.stream(SignatureAlgorithm.values()).filter(row -> row.scheme() == SignatureAlgorithm.Scheme.HMAC);
  }

  @ParameterizedTest
  @MethodSource("symmetric")
  void whatTheEngineEncryptsOthersDecryptAndTheOtherWayRound(EncryptionAlgorithm algorithm) throws Exception {
    assertThat(engine.supports(algorithm)).isTrue();
    byte[] octets = octets(algorithm.keyBits() == 0 ? 192 : algorithm.keyBits());
    SealedKey key = engine.importKey("aes-" + algorithm, new ClearKey.Oct(octets.clone()), false).sealed();
    byte[] iv = hasIv(algorithm) ? IV : null;
    for (byte[] aad : algorithm.scheme() == EncryptionAlgorithm.Scheme.AES_GCM ? new byte[][] {AAD, null} : new byte[1][]) {
      Ciphertext ours = engine.encrypt(key, algorithm, PLAIN, iv, aad);
      assertThat(engine.decrypt(key, algorithm, ours, aad)).isEqualTo(PLAIN);
      for (Provider provider : PROVIDERS) {
        assertThat(cipher(provider, Cipher.DECRYPT_MODE, algorithm, octets, ours.iv(), aad).doFinal(joined(ours)))
            .isEqualTo(PLAIN);
        byte[] theirs = cipher(provider, Cipher.ENCRYPT_MODE, algorithm, octets, ours.iv(), aad).doFinal(PLAIN);
        assertThat(theirs).isEqualTo(joined(ours));
        assertThat(engine.decrypt(key, algorithm, split(algorithm, theirs, ours.iv()), aad)).isEqualTo(PLAIN);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("symmetric")
  void everyChangeOfACiphertextIsRefusedInTheSameWordsWhereTheModeCanTell(EncryptionAlgorithm algorithm) {
    assertThat(engine.supports(algorithm)).isTrue();
    GeneratedKey key = engine.generate("tamper-" + algorithm, new KeySpec.Oct(algorithm.keyBits() == 0 ? 256 : algorithm.keyBits()));
    assertThat(key.publicKey()).isEqualTo(new JsonWebKey(null, KeyType.OCT, null, null, null, null, null, null));
    Ciphertext good = engine.encrypt(key.sealed(), algorithm, PLAIN, hasIv(algorithm) ? IV : null, null);
    assertThat(engine.decrypt(key.sealed(), algorithm, good, null)).isEqualTo(PLAIN);
    Set<String> answers = new HashSet<>();
    boolean authenticated = !hasIv(algorithm);
    for (int i = 0; i < good.value().length; i += 3) {
      byte[] changed = good.value().clone();
      changed[i] ^= (byte) 0x80;
      Ciphertext bad = new Ciphertext(changed, good.iv(), good.tag());
      ApiError refusal = catchThrowableOfType(ApiError.class, () ->
          assertThat(engine.decrypt(key.sealed(), algorithm, bad, null)).isNotEqualTo(PLAIN));
      if (authenticated) {
        assertThat(refusal).isNotNull();
      }
      if (refusal != null) {
        answers.add(refusal.status() + refusal.code() + refusal.getMessage());
      }
    }
    if (good.tag() != null) {
      byte[] tag = good.tag().clone();
      tag[15] ^= 1;
      answers.add(undecryptable(key.sealed(), algorithm, new Ciphertext(good.value(), good.iv(), tag), null));
      answers.add(undecryptable(key.sealed(), algorithm, good, AAD));
    }
    assertThat(answers).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void eachGcmEncryptionHasAnIvOfItsOwn() {
    SealedKey key = engine.generate("ivs", new KeySpec.Oct(256)).sealed();
    Set<BigInteger> ivs = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      ivs.add(new BigInteger(1, engine.encrypt(key, EncryptionAlgorithm.A256GCM, PLAIN, null, null).iv()));
    }
    assertThat(ivs).hasSize(50);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 15, 16, 17, 31, 33, 100, 1000})
  void lengthsOfEveryKindPassThroughWhatPads(int length) {
    SealedKey key = engine.generate("lengths", new KeySpec.Oct(256)).sealed();
    byte[] plain = new byte[length];
    Arrays.fill(plain, (byte) length);
    for (EncryptionAlgorithm algorithm : List.of(EncryptionAlgorithm.A256GCM, EncryptionAlgorithm.A256CBCPAD,
        EncryptionAlgorithm.A256KWPAD, EncryptionAlgorithm.CKM_AES_KEY_WRAP_PAD)) {
      if (engine.supports(algorithm)) {
        Ciphertext ciphertext = engine.encrypt(key, algorithm, plain, hasIv(algorithm) ? IV : null, null);
        assertThat(engine.decrypt(key, algorithm, ciphertext, null)).isEqualTo(plain);
      }
    }
  }

  @Test
  void wrongLengthsAreTheCallersFault() {
    SealedKey key = engine.generate("wrong", new KeySpec.Oct(128)).sealed();
    byte[] block = new byte[16];
    badParameter(() -> engine.encrypt(key, EncryptionAlgorithm.A128CBC, new byte[15], IV, null));
    badParameter(() -> engine.encrypt(key, EncryptionAlgorithm.A128CBC, block, null, null));
    badParameter(() -> engine.encrypt(key, EncryptionAlgorithm.A128CBC, block, new byte[12], null));
    badParameter(() -> engine.encrypt(key, EncryptionAlgorithm.A128CBC, block, IV, AAD));
    badParameter(() -> engine.encrypt(key, EncryptionAlgorithm.A128GCM, block, new byte[12], null));
    badParameter(() -> engine.encrypt(key, EncryptionAlgorithm.A128GCM, new byte[0], null, null));
    badParameter(() -> engine.encrypt(key, EncryptionAlgorithm.A128KW, new byte[8], null, null));
    badParameter(() -> engine.encrypt(key, EncryptionAlgorithm.A128KW, new byte[17], null, null));
    badParameter(() -> engine.decrypt(key, EncryptionAlgorithm.A128GCM, new Ciphertext(block, new byte[12], null), null));
    badParameter(() -> engine.decrypt(key, EncryptionAlgorithm.A128GCM, new Ciphertext(block, block, block), null));
    badParameter(() -> engine.decrypt(key, EncryptionAlgorithm.A128CBCPAD, new Ciphertext(new byte[17], IV, null), null));
    badParameter(() -> engine.decrypt(key, EncryptionAlgorithm.A128KW, Ciphertext.of(block), null));
    badParameter(() -> engine.decrypt(key, EncryptionAlgorithm.CKM_AES_KEY_WRAP_PAD, Ciphertext.of(new byte[8]), null));
  }

  @ParameterizedTest
  @EnumSource(value = EncryptionAlgorithm.class, names = {"A128KW", "A128KWPAD"})
  void keyWrapIsForKeysAndNotForMegabytesThatOccupyTheHsm(EncryptionAlgorithm algorithm) {
    SealedKey key = engine.generate("large", new KeySpec.Oct(128)).sealed();
    byte[] most = new byte[8192];
    assertThat(engine.decrypt(key, algorithm, engine.encrypt(key, algorithm, most, null, null), null)).isEqualTo(most);
    badParameter(() -> engine.encrypt(key, algorithm, new byte[8200], null, null));
    badParameter(() -> engine.decrypt(key, algorithm, Ciphertext.of(new byte[8208]), null));
  }

  @ParameterizedTest
  @MethodSource("rsa")
  void whatOthersEncryptToThePublicKeyTheEngineDecrypts(EncryptionAlgorithm algorithm) throws Exception {
    assertThat(engine.supports(algorithm)).isTrue();
    for (int bits : new int[] {2048, 3072}) {
      GeneratedKey key = key(new KeySpec.Rsa(bits, 65537));
      for (Provider provider : PROVIDERS) {
        for (byte[] plain : List.of(PLAIN, new byte[0], new byte[] {0, 0, 1})) {
          byte[] theirs = encrypting(provider, algorithm, publicKey(key.publicKey())).doFinal(plain);
          assertThat(engine.decrypt(key.sealed(), algorithm, Ciphertext.of(theirs), null)).isEqualTo(plain);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rsa")
  void everyFaultOfAnRsaCiphertextGetsTheSameAnswer(EncryptionAlgorithm algorithm) throws Exception {
    assertThat(engine.supports(algorithm)).isTrue();
    GeneratedKey key = key(RSA2048);
    PublicKey publicKey = publicKey(key.publicKey());
    byte[] modulus = key.publicKey().n();
    List<byte[]> faults = new ArrayList<>(List.of(new byte[0], new byte[255], new byte[256], new byte[257], modulus));
    byte[] beyond = new byte[256];
    Arrays.fill(beyond, (byte) 0xff);
    faults.add(beyond);
    for (EncryptionAlgorithm other : rsa().filter(row -> row != algorithm).toList()) {
      faults.add(encrypting(BOUNCY_CASTLE, other, publicKey, ALWAYS_THE_SAME).doFinal(PLAIN));
    }
    for (int octet : new int[] {0, 1, 2, 255}) {
      byte[] encoded = new byte[256];
      Arrays.fill(encoded, 1, 256, (byte) 0x5a);
      encoded[1] = (byte) octet;
      Cipher raw = Cipher.getInstance("RSA/ECB/NoPadding", BOUNCY_CASTLE);
      raw.init(Cipher.ENCRYPT_MODE, publicKey);
      faults.add(raw.doFinal(encoded));
    }
    Set<String> answers = new HashSet<>();
    for (byte[] fault : faults) {
      answers.add(undecryptable(key.sealed(), algorithm, Ciphertext.of(fault), null));
    }
    assertThat(answers).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("macs")
  void macsAreThoseOfOtherImplementations(SignatureAlgorithm algorithm) throws Exception {
    int refused = 0;
    for (int bits : new int[] {128, 256, 384, 512, 1024}) {
      byte[] octets = octets(bits);
      SealedKey key = engine.importKey("mac-" + bits, new ClearKey.Oct(octets.clone()), false).sealed();
      if (!engine.supports(key.spec(), algorithm)) {
        badParameter(() -> engine.sign(key, algorithm, MESSAGE));
        refused++;
        continue;
      }
      byte[] ours = engine.sign(key, algorithm, MESSAGE);
      for (Provider provider : PROVIDERS) {
        Mac mac = Mac.getInstance("Hmac" + algorithm.hash().signaturePrefix(), provider);
        mac.init(new SecretKeySpec(octets, "HMAC"));
        assertThat(ours).isEqualTo(mac.doFinal(MESSAGE));
      }
      assertThat(engine.verifyMac(key, algorithm, MESSAGE, ours)).isTrue();
      assertThat(engine.verifyMac(key, algorithm, AAD, ours)).isFalse();
      assertThat(engine.verifyMac(key, algorithm, MESSAGE, Arrays.copyOf(ours, ours.length - 1))).isFalse();
      ours[0] ^= 1;
      assertThat(engine.verifyMac(key, algorithm, MESSAGE, ours)).isFalse();
    }
    assertThat(refused).as("keys as long as the hash are enough").isLessThanOrEqualTo(algorithm.hash().bytes() / 16 - 1);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void anImportedKeySignsAsItself(KeySpec spec) throws Exception {
    assumeMade(spec);
    KeyPair pair = sharedPair(spec);
    ClearKey clear = clear(pair);
    GeneratedKey key = engine.importKey("import-" + spec, clear, false);
    assertThat(key.sealed().spec()).isEqualTo(spec);
    assertThat(key.publicKey()).usingRecursiveComparison().isEqualTo(ClearKeyCheck.publicHalf(clear(pair)));
    assertSigns(key);
    assertThat(clear).usingRecursiveComparison().as("wiped").isNotEqualTo(clear(pair));
  }

  @Test
  void aKeyWhosePartsDoNotBelongTogetherIsNotImported() throws Exception {
    KeyPair one = sharedPair(RSA2048);
    ClearKey.Rsa a = (ClearKey.Rsa) clear(one);
    ClearKey.Rsa b = (ClearKey.Rsa) clear(pair(RSA2048));
    byte[] three = {3};
    for (ClearKey wrong : List.of(new ClearKey.Rsa(b.n(), a.e(), a.d(), a.p(), a.q(), a.dp(), a.dq(), a.qi()),
        new ClearKey.Rsa(a.n(), a.e(), b.d(), a.p(), a.q(), a.dp(), a.dq(), a.qi()),
        new ClearKey.Rsa(a.n(), three, a.d(), a.p(), a.q(), a.dp(), a.dq(), a.qi()),
        new ClearKey.Rsa(a.n(), new byte[] {4}, a.d(), a.p(), a.q(), a.dp(), a.dq(), a.qi()),
        new ClearKey.Rsa(a.n(), a.e(), a.d(), a.q(), a.p(), a.dp(), a.dq(), a.qi()),
        new ClearKey.Rsa(a.n(), a.e(), a.d(), a.p(), a.q(), b.dp(), a.dq(), a.qi()),
        new ClearKey.Rsa(a.n(), a.e(), a.d(), a.p(), a.q(), a.dp(), a.dq(), b.qi()),
        new ClearKey.Rsa(a.p(), a.e(), a.d(), a.p(), new byte[] {1}, a.dp(), a.dq(), a.qi()),
        withSmallPrime(),
        new ClearKey.Rsa(a.n(), a.e(), a.d(), ones(1_500_000), ones(1_500_000), a.dp(), a.dq(), a.qi()),
        new ClearKey.Oct(new byte[15]), new ClearKey.Oct(new byte[513]))) {
      badParameter(() -> engine.importKey("wrong", copy(wrong), false));
    }
    ClearKey.Ec p = (ClearKey.Ec) clear(pair(P256));
    ClearKey.Ec q = (ClearKey.Ec) clear(pair(P256));
    for (ClearKey wrong : List.of(new ClearKey.Ec(p.crv(), p.x(), q.y(), p.d()), new ClearKey.Ec(p.crv(), q.x(), q.y(), p.d()),
        new ClearKey.Ec(p.crv(), p.x(), p.y(), new byte[] {0}), new ClearKey.Ec(KeyCurve.P_256K, p.x(), p.y(), p.d()),
        new ClearKey.Ec(KeyCurve.P_256, p.x(), p.y(), new byte[] {1, 2, 3}))) {
      badParameter(() -> engine.importKey("wrong", copy(wrong), false));
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void aTransferredKeySignsAsItself(KeySpec spec) throws Exception {
    assumeMade(spec);
    GeneratedKey kek = key(RSA2048);
    KeyPair pair = sharedPair(spec);
    byte[] blob = transferBlob(kek.publicKey(), pair.getPrivate().getEncoded());
    KeyType.Family family = spec instanceof KeySpec.Ec ? KeyType.Family.EC : KeyType.Family.RSA;
    GeneratedKey key = engine.importWrapped("transferred-" + spec, kek.sealed(), blob, family, false);
    assertThat(key.sealed().spec()).isEqualTo(spec);
    assertThat(key.publicKey()).usingRecursiveComparison().isEqualTo(ClearKeyCheck.publicHalf(clear(pair)));
    assertSigns(key);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 192, 256, 512})
  void aTransferredSymmetricKeyIsItself(int bits) throws Exception {
    GeneratedKey kek = key(RSA2048);
    byte[] octets = octets(bits);
    GeneratedKey key = engine.importWrapped("oct", kek.sealed(), transferBlob(kek.publicKey(), octets), KeyType.Family.OCT, false);
    assertThat(key.sealed().spec()).isEqualTo(new KeySpec.Oct(bits));
    if (bits <= 256) {
      Ciphertext ours = engine.encrypt(key.sealed(), EncryptionAlgorithm.CKM_AES_KEY_WRAP, PLAIN, null, null);
      assertThat(cipher(BOUNCY_CASTLE, Cipher.DECRYPT_MODE, EncryptionAlgorithm.CKM_AES_KEY_WRAP, octets, null, null)
          .doFinal(ours.value())).isEqualTo(PLAIN);
    }
  }

  @Test
  void numbersThatAreNoKeyAreNotTransferred() throws Exception {
    GeneratedKey kek = key(RSA2048);
    ClearKey.Rsa one = (ClearKey.Rsa) clear(sharedPair(RSA2048));
    byte[] zero = {0};
    for (ClearKey.Rsa wrong : List.of(withSmallPrime(),
        new ClearKey.Rsa(zero, one.e(), one.d(), one.p(), one.q(), one.dp(), one.dq(), one.qi()),
        new ClearKey.Rsa(one.n(), one.e(), one.d(), one.n(), new byte[] {1}, zero, zero, zero),
        new ClearKey.Rsa(zero, zero, zero, zero, zero, zero, zero, zero))) {
      byte[] blob = transferBlob(kek.publicKey(), Pkcs8.encode(wrong));
      badParameter(() -> engine.importWrapped("wrong", kek.sealed(), blob, KeyType.Family.RSA, false));
    }
    byte[] blob = transferBlob(kek.publicKey(), Pkcs8.encode(new ClearKey.Ec(KeyCurve.P_256, zero, zero, zero)));
    badParameter(() -> engine.importWrapped("wrong", kek.sealed(), blob, KeyType.Family.EC, false));
  }

  @Test
  void everyFaultOfATransferGetsTheSameAnswer() throws Exception {
    GeneratedKey kek = key(RSA2048);
    GeneratedKey other = engine.generate("other", RSA2048);
    byte[] pkcs8 = pair(P256).getPrivate().getEncoded();
    byte[] good = transferBlob(kek.publicKey(), pkcs8);
    List<byte[]> faults = new ArrayList<>(List.of(new byte[0], new byte[256], Arrays.copyOf(good, good.length - 1),
        transferBlob(other.publicKey(), pkcs8), transferBlob(kek.publicKey(), PLAIN), transferBlob(kek.publicKey(), new byte[9])));
    for (int i : new int[] {0, 100, 255, 256, good.length - 1}) {
      byte[] changed = good.clone();
      changed[i] ^= 1;
      faults.add(changed);
    }
    Set<String> answers = new HashSet<>();
    for (byte[] fault : faults) {
      ApiError refusal = catchThrowableOfType(ApiError.class, () ->
          engine.importWrapped("fault", kek.sealed(), fault, KeyType.Family.EC, false));
      assertThat(refusal.status()).isEqualTo(400);
      answers.add(refusal.code() + refusal.getMessage());
    }
    assertThat(answers).hasSize(1);
    assertSigns(engine.importWrapped("good", kek.sealed(), good, KeyType.Family.EC, false));
  }

  @ParameterizedTest
  @EnumSource(KeyEncryptionAlgorithm.class)
  void anExportableKeyIsExportedToItsRecipient(KeyEncryptionAlgorithm algorithm) throws Exception {
    assertThat(engine.supports(algorithm)).isEqualTo(exports());
    assumeTrue(exports(), "the module has no CKM_AES_KEY_WRAP_PAD, or pads otherwise");
    KeyPair recipient = sharedPair(RSA2048);
    JsonWebKey to = ClearKeyCheck.publicHalf(clear(recipient));
    for (KeySpec spec : List.of(RSA2048, P256, new KeySpec.Ec(KeyCurve.P_521))) {
      GeneratedKey key = engine.generate("exportable", spec, true);
      assertSigns(key);
      ClearKey exported = Pkcs8.parse(opened(recipient, algorithm, engine.export(key.sealed(), to, algorithm)),
          spec instanceof KeySpec.Ec ? KeyType.Family.EC : KeyType.Family.RSA);
      assertThat(ClearKeyCheck.check(exported)).isEqualTo(spec);
      assertThat(ClearKeyCheck.publicHalf(exported)).usingRecursiveComparison().isEqualTo(key.publicKey());
    }
    byte[] octets = octets(256);
    SealedKey secret = engine.importKey("exportable", new ClearKey.Oct(octets.clone()), true).sealed();
    assertThat(opened(recipient, algorithm, engine.export(secret, to, algorithm))).isEqualTo(octets);
  }

  @Test
  void aKeyThatWasNotMadeExportableIsNeverExported() throws Exception {
    JsonWebKey to = ClearKeyCheck.publicHalf(clear(sharedPair(RSA2048)));
    for (GeneratedKey key : List.of(engine.generate("stays", P256), engine.generate("stays", new KeySpec.Oct(256)),
        engine.importKey("stays", clear(pair(P256)), false))) {
      byte[] forged = key.sealed().blob().clone();
      assertThatThrownBy(() -> engine.export(key.sealed(), to, KeyEncryptionAlgorithm.RSA_AES_KEY_WRAP_256))
          .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(403));
      for (int first = 0; first < 256; first++) {
        forged[0] = (byte) first;
        SealedKey changed = new SealedKey(key.sealed().id(), key.sealed().spec(), forged.clone());
        assertThatThrownBy(() -> engine.export(changed, to, KeyEncryptionAlgorithm.RSA_AES_KEY_WRAP_256))
            .isInstanceOf(ApiError.class);
      }
    }
  }

  @Test
  void onlyAnExportableKeyThatNoHsmKeepsIsRevealed() {
    for (KeySpec spec : Stream.<KeySpec>of(RSA2048, P256, new KeySpec.Ec(KeyCurve.P_256K)).filter(engine::supports).toList()) {
      GeneratedKey key = engine.generate("revealed", spec, true);
      Optional<byte[]> revealed = engine.reveal(key.sealed());
      assertThat(revealed.isPresent()).isEqualTo(!engine.hsm());
      revealed.ifPresent(encoded -> assertThat(ClearKeyCheck.publicHalf(Pkcs8.parse(encoded,
          spec instanceof KeySpec.Ec ? KeyType.Family.EC : KeyType.Family.RSA))).usingRecursiveComparison()
          .isEqualTo(key.publicKey()));
      assertThat(engine.reveal(engine.generate("stays", spec).sealed())).isEmpty();
    }
  }

  @Test
  void aRecipientWithAWeakOrNoRsaKeyIsRefused() throws Exception {
    SealedKey key = engine.generate("weak", P256, true).sealed();
    KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
    weak.initialize(1024);
    JsonWebKey small = ClearKeyCheck.publicHalf(clear(weak.generateKeyPair()));
    badParameter(() -> engine.export(key, small, KeyEncryptionAlgorithm.CKM_RSA_AES_KEY_WRAP));
    badParameter(() -> engine.export(key, engine.generate("ec", P256).publicKey(), KeyEncryptionAlgorithm.CKM_RSA_AES_KEY_WRAP));
  }

  @Test
  void randomBytesAreAsManyAsAskedForAndNeverTheSame() {
    Set<BigInteger> seen = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      byte[] random = engine.random(128);
      assertThat(random).hasSize(128);
      seen.add(new BigInteger(1, random));
    }
    assertThat(seen).hasSize(20);
    assertThat(engine.random(1)).hasSize(1);
  }

  @Test
  void sixtyFourThreadsEncryptDecryptWrapAndAuthenticateAtOnce() throws Exception {
    GeneratedKey rsa = key(RSA2048);
    byte[] encrypted = encrypting(BOUNCY_CASTLE, EncryptionAlgorithm.RSA_OAEP_256, publicKey(rsa.publicKey())).doFinal(PLAIN);
    List<SealedKey> keys = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      keys.add(engine.generate("many-" + i, new KeySpec.Oct(256)).sealed());
    }
    assertThat(inParallel(64, i -> {
      SealedKey key = keys.get(i % keys.size());
      boolean good = true;
      for (int round = 0; round < 3; round++) {
        good &= works(engine, key);
        good &= Arrays.equals(PLAIN,
            engine.decrypt(rsa.sealed(), EncryptionAlgorithm.RSA_OAEP_256, Ciphertext.of(encrypted), null));
      }
      return good;
    })).containsOnly(true).hasSize(64);
  }

  /** Whether a key of 256 bits does what such keys do. */
  final boolean works(KeyEngine with, SealedKey key) {
    byte[] own = with.random(32);
    Ciphertext gcm = with.encrypt(key, EncryptionAlgorithm.A256GCM, own, null, AAD);
    Ciphertext wrapped = with.encrypt(key, EncryptionAlgorithm.A256KW, own, null, null);
    byte[] mac = with.sign(key, SignatureAlgorithm.HS256, own);
    return Arrays.equals(own, with.decrypt(key, EncryptionAlgorithm.A256GCM, gcm, AAD))
        && Arrays.equals(own, with.decrypt(key, EncryptionAlgorithm.A256KW, wrapped, null))
        && with.verifyMac(key, SignatureAlgorithm.HS256, own, mac);
  }

  private void assertSigns(GeneratedKey key) throws GeneralSecurityException {
    SignatureAlgorithm algorithm = Arrays.stream(SignatureAlgorithm.values())
        .filter(row -> row.fits(key.publicKey().kty().family(), key.publicKey().crv())).findFirst().orElseThrow();
    byte[] signature = engine.sign(key.sealed(), algorithm, input(algorithm));
    assertThat(Verifier.verifies(key.publicKey(), algorithm, MESSAGE, signature)).isTrue();
  }

  private String undecryptable(SealedKey key, EncryptionAlgorithm algorithm, Ciphertext ciphertext, byte[] aad) {
    ApiError refusal = catchThrowableOfType(ApiError.class, () -> engine.decrypt(key, algorithm, ciphertext, aad));
    assertThat(refusal.status()).isEqualTo(400);
    return refusal.status() + refusal.code() + refusal.getMessage();
  }

  private static void badParameter(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOfSatisfying(ApiError.class, e -> {
      assertThat(e.status()).isEqualTo(400);
      assertThat(e.code()).isEqualTo("BadParameter");
    });
  }

  /** Its parts belong together, but 743 is found by trying. */
  private static ClearKey.Rsa withSmallPrime() {
    BigInteger e = BigInteger.valueOf(65537);
    BigInteger p = BigInteger.valueOf(743);
    BigInteger q = BigInteger.ONE.shiftLeft(2047).divide(p).nextProbablePrime();
    BigInteger p1 = p.subtract(BigInteger.ONE);
    BigInteger q1 = q.subtract(BigInteger.ONE);
    BigInteger d = e.modInverse(p1.multiply(q1));
    return new ClearKey.Rsa(p.multiply(q).toByteArray(), e.toByteArray(), d.toByteArray(), p.toByteArray(), q.toByteArray(),
        d.mod(p1).toByteArray(), d.mod(q1).toByteArray(), q.modInverse(p).toByteArray());
  }

  private static byte[] ones(int length) {
    byte[] ones = new byte[length];
    Arrays.fill(ones, (byte) 0xff);
    return ones;
  }

  private static boolean hasIv(EncryptionAlgorithm algorithm) {
    return algorithm.scheme() == EncryptionAlgorithm.Scheme.AES_CBC
        || algorithm.scheme() == EncryptionAlgorithm.Scheme.AES_CBC_PAD;
  }

  static byte[] octets(int bits) {
    byte[] octets = new byte[bits / 8];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) (i * 7 + bits);
    }
    return octets;
  }

  private static byte[] joined(Ciphertext ciphertext) {
    return ciphertext.tag() == null ? ciphertext.value() : TransferBlob.join(ciphertext.value(), ciphertext.tag());
  }

  private static Ciphertext split(EncryptionAlgorithm algorithm, byte[] joined, byte[] iv) {
    if (algorithm.scheme() != EncryptionAlgorithm.Scheme.AES_GCM) {
      return new Ciphertext(joined, iv, null);
    }
    int length = joined.length - 16;
    return new Ciphertext(Arrays.copyOf(joined, length), iv, Arrays.copyOfRange(joined, length, joined.length));
  }

  private static Cipher cipher(Provider provider, int mode, EncryptionAlgorithm algorithm, byte[] key, byte[] iv, byte[] aad)
      throws GeneralSecurityException {
    String name = switch (algorithm.scheme()) {
      case AES_GCM -> "AES/GCM/NoPadding";
      case AES_CBC -> "AES/CBC/NoPadding";
      case AES_CBC_PAD -> "AES/CBC/PKCS5Padding";
      case AES_KW -> "AES/KW/NoPadding";
      case AES_KWP -> "AES/KWP/NoPadding";
      case RSA_PKCS1, RSA_OAEP -> throw new AssertionError(algorithm);
    };
    // Bouncy Castle has its own names for the two.
    Cipher cipher = Cipher.getInstance(provider == BOUNCY_CASTLE && name.startsWith("AES/KW")
        ? name.replace("/", "").replace("NoPadding", "") : name, provider);
    SecretKeySpec secret = new SecretKeySpec(key, "AES");
    switch (algorithm.scheme()) {
      case AES_GCM -> {
        cipher.init(mode, secret, new GCMParameterSpec(128, iv));
        if (aad != null) {
          cipher.updateAAD(aad);
        }
      }
      case AES_CBC, AES_CBC_PAD -> cipher.init(mode, secret, new IvParameterSpec(iv));
      default -> cipher.init(mode, secret);
    }
    return cipher;
  }

  static byte[] encrypted(EncryptionAlgorithm algorithm, JsonWebKey key, byte[] plain) throws GeneralSecurityException {
    return encrypting(BOUNCY_CASTLE, algorithm, publicKey(key)).doFinal(plain);
  }

  /** Of a block whose first octets are those of no padding. */
  static byte[] unpadded(JsonWebKey key) throws GeneralSecurityException {
    byte[] block = new byte[key.n().length];
    Arrays.fill(block, (byte) 1);
    Cipher raw = Cipher.getInstance("RSA/ECB/NoPadding", BOUNCY_CASTLE);
    raw.init(Cipher.ENCRYPT_MODE, publicKey(key));
    return raw.doFinal(block);
  }

  private static Cipher encrypting(Provider provider, EncryptionAlgorithm algorithm, PublicKey key)
      throws GeneralSecurityException {
    return encrypting(provider, algorithm, key, new SecureRandom());
  }

  private static Cipher encrypting(Provider provider, EncryptionAlgorithm algorithm, PublicKey key, SecureRandom random)
      throws GeneralSecurityException {
    if (algorithm.oaepDigest() == null) {
      Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding", provider);
      cipher.init(Cipher.ENCRYPT_MODE, key, random);
      return cipher;
    }
    return oaep(provider, Cipher.ENCRYPT_MODE, algorithm.oaepDigest(), key, random);
  }

  private static Cipher oaep(Provider provider, int mode, String digest, java.security.Key key, SecureRandom random)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", provider);
    cipher.init(mode, key, new OAEPParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), PSource.PSpecified.DEFAULT),
        random);
    return cipher;
  }

  static PublicKey publicKey(JsonWebKey key) throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(new BigInteger(1, key.n()), new BigInteger(1, key.e())));
  }

  /** CKM_RSA_AES_KEY_WRAP by the JDK. */
  static byte[] transferBlob(JsonWebKey kek, byte[] content) throws GeneralSecurityException {
    byte[] ephemeral = octets(256);
    Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
    kwp.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(ephemeral, "AES"));
    return TransferBlob.join(oaep(Security.getProvider("SunJCE"), Cipher.ENCRYPT_MODE, "SHA-1", publicKey(kek), new SecureRandom())
            .doFinal(ephemeral),
        kwp.doFinal(content));
  }

  private static byte[] opened(KeyPair recipient, KeyEncryptionAlgorithm algorithm, byte[] blob) throws GeneralSecurityException {
    byte[] ephemeral = oaep(BOUNCY_CASTLE, Cipher.DECRYPT_MODE, algorithm.oaepDigest(), recipient.getPrivate(), null)
        .doFinal(blob, 0, 256);
    assertThat(ephemeral).hasSize(32);
    Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
    kwp.init(Cipher.DECRYPT_MODE, new SecretKeySpec(ephemeral, "AES"));
    return kwp.doFinal(blob, 256, blob.length - 256);
  }

  /** The one key pair of that kind of all engines' tests, for those which need none that is new. */
  static KeyPair sharedPair(KeySpec spec) throws GeneralSecurityException {
    KeyPair pair = PAIRS.get(spec);
    if (pair == null) {
      pair = pair(spec);
      PAIRS.put(spec, pair);
    }
    return pair;
  }

  static KeyPair pair(KeySpec spec) throws GeneralSecurityException {
    KeyPairGenerator generator;
    if (spec instanceof KeySpec.Ec ec) {
      generator = KeyPairGenerator.getInstance("EC", BOUNCY_CASTLE);
      generator.initialize(new ECGenParameterSpec(ec.curve().standardName()));
    } else {
      KeySpec.Rsa rsa = (KeySpec.Rsa) spec;
      generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(new java.security.spec.RSAKeyGenParameterSpec(rsa.bits(), BigInteger.valueOf(rsa.publicExponent())));
    }
    return generator.generateKeyPair();
  }

  static ClearKey clear(KeyPair pair) {
    if (pair.getPrivate() instanceof RSAPrivateCrtKey key) {
      BigInteger n = ((RSAPublicKey) pair.getPublic()).getModulus();
      return new ClearKey.Rsa(n.toByteArray(), key.getPublicExponent().toByteArray(), key.getPrivateExponent().toByteArray(),
          key.getPrimeP().toByteArray(), key.getPrimeQ().toByteArray(), key.getPrimeExponentP().toByteArray(),
          key.getPrimeExponentQ().toByteArray(), key.getCrtCoefficient().toByteArray());
    }
    ECPublicKey point = (ECPublicKey) pair.getPublic();
    int bits = point.getParams().getOrder().bitLength();
    KeyCurve curve = Arrays.stream(KeyCurve.values())
        .filter(row -> row.fieldBits() == bits && ClearKeyCheck.curve(row).getCurve().getA().toBigInteger()
            .equals(point.getParams().getCurve().getA()))
        .findFirst().orElseThrow();
    return new ClearKey.Ec(curve, point.getW().getAffineX().toByteArray(), point.getW().getAffineY().toByteArray(),
        ((ECPrivateKey) pair.getPrivate()).getS().toByteArray());
  }

  private static ClearKey copy(ClearKey key) {
    if (key instanceof ClearKey.Rsa rsa) {
      return new ClearKey.Rsa(rsa.n().clone(), rsa.e().clone(), rsa.d().clone(), rsa.p().clone(), rsa.q().clone(),
          rsa.dp().clone(), rsa.dq().clone(), rsa.qi().clone());
    }
    if (key instanceof ClearKey.Ec ec) {
      return new ClearKey.Ec(ec.crv(), ec.x().clone(), ec.y().clone(), ec.d().clone());
    }
    return new ClearKey.Oct(((ClearKey.Oct) key).k().clone());
  }
}
