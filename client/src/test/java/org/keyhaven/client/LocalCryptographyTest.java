package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.EncryptionAlgorithm.Scheme;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyOperationParameters;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** Keys in this process: every algorithm there and back, and what they refuse. */
class LocalCryptographyTest {
  private static final byte[] VALUE = "exactly 32 bytes, two AES blocks".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AAD = "authenticated, not encrypted".getBytes(StandardCharsets.US_ASCII);
  private static final PrivateJsonWebKey RSA = rsa();
  private static final Map<KeyCurve, PrivateJsonWebKey> EC = new EnumMap<>(KeyCurve.class);

  static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static byte[] unsigned(BigInteger number, int length) {
    byte[] bytes = unsigned(number);
    byte[] fixed = new byte[length];
    System.arraycopy(bytes, 0, fixed, length - bytes.length, bytes.length);
    return fixed;
  }

  /** What has another padding is padded as PKCS #1 v1.5 has it, too, by chance: once in some 430 times. */
  private static boolean beginsLikePkcs1(byte[] ciphertext) {
    BigInteger encoded = new BigInteger(1, ciphertext).modPow(new BigInteger(1, RSA.d()), new BigInteger(1, RSA.n()));
    return encoded.shiftRight(8 * (ciphertext.length - 2)).intValue() == 2;
  }

  /** Changed in that octet so that nothing opens it, not even by chance. */
  private static byte[] changed(EncryptionAlgorithm algorithm, byte[] ciphertext, int at) {
    byte[] changed = ciphertext.clone();
    do {
      changed[at]++;
    } while (algorithm == EncryptionAlgorithm.RSA1_5 && beginsLikePkcs1(changed));
    return changed;
  }

  private static PrivateJsonWebKey rsa() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      RSAPrivateCrtKey key = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
      return new PrivateJsonWebKey(KeyType.RSA, null, unsigned(key.getModulus()), unsigned(key.getPublicExponent()),
          unsigned(key.getPrivateExponent()), unsigned(key.getPrimeExponentP()), unsigned(key.getPrimeExponentQ()),
          unsigned(key.getCrtCoefficient()), unsigned(key.getPrimeP()), unsigned(key.getPrimeQ()), null, null, null, null, null);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static PrivateJsonWebKey ec(KeyCurve curve) {
    return EC.computeIfAbsent(curve, name -> {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(name.standardName()));
        KeyPair pair = generator.generateKeyPair();
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        return new PrivateJsonWebKey(KeyType.EC, null, null, null,
            unsigned(((ECPrivateKey) pair.getPrivate()).getS(), name.coordinateBytes()), null, null, null, null, null, null, null,
            name, unsigned(key.getW().getAffineX(), name.coordinateBytes()),
            unsigned(key.getW().getAffineY(), name.coordinateBytes()));
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    });
  }

  static PrivateJsonWebKey oct(byte[] octets, KeyOperation... operations) {
    return new PrivateJsonWebKey(KeyType.OCT, operations.length == 0 ? null : List.of(operations), null, null, null, null, null,
        null, null, null, octets, null, null, null, null);
  }

  private static byte[] octets(int bits) {
    byte[] octets = new byte[bits / 8];
    Arrays.fill(octets, (byte) 7);
    return octets;
  }

  private static CryptographyClient clientFor(EncryptionAlgorithm algorithm) {
    return CryptographyClient.local(algorithm.keyFamily() == KeyType.Family.RSA ? RSA
        : oct(octets(algorithm.keyBits() == 0 ? 256 : algorithm.keyBits())));
  }

  private static CryptographyClient clientFor(SignatureAlgorithm algorithm) {
    return CryptographyClient.local(switch (algorithm.scheme()) {
      case RSA_PKCS1, RSA_PSS -> RSA;
      case ECDSA -> ec(algorithm.curve());
      case HMAC -> oct(octets(512));
    });
  }

  private static JsonWebKey publicHalf(List<String> keyOps) {
    return JsonWebKey.rsa(KeyType.RSA, RSA.n(), RSA.e()).named(null, keyOps);
  }

  static Stream<EncryptionAlgorithm> encrypting() {
    return Stream.of(EncryptionAlgorithm.values()).filter(EncryptionAlgorithm::encrypts);
  }

  static Stream<EncryptionAlgorithm> wrapping() {
    return Stream.of(EncryptionAlgorithm.values()).filter(EncryptionAlgorithm::wraps);
  }

  @ParameterizedTest
  @MethodSource("encrypting")
  void whatIsEncryptedDecryptsAndNothingElseDoes(EncryptionAlgorithm algorithm) {
    CryptographyClient client = clientFor(algorithm);
    byte[] aad = algorithm.scheme() == Scheme.AES_GCM ? AAD : null;
    EncryptResult result = client.encrypt(EncryptParameters.of(algorithm, VALUE).withAad(aad));
    assertThat(result.ciphertext()).isNotEqualTo(VALUE);
    assertThat(client.decrypt(result.toDecrypt()).plaintext()).isEqualTo(VALUE);
    EncryptResult other = client.encrypt(EncryptParameters.of(algorithm, VALUE).withAad(aad));
    assertThat(other.ciphertext()).as("a ciphertext is never the same again").isNotEqualTo(result.ciphertext());
    if (algorithm.scheme() != Scheme.AES_CBC) {
      byte[] changed = changed(algorithm, result.ciphertext(), result.ciphertext().length - 1);
      DecryptParameters forged = new DecryptParameters(algorithm, changed, result.iv(), result.tag(), result.aad());
      if (algorithm.scheme() != Scheme.AES_CBC_PAD) {
        assertThatThrownBy(() -> client.decrypt(forged)).isInstanceOf(VaultException.class)
            .hasMessage("the value cannot be decrypted with this key and " + algorithm).hasNoCause();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wrapping")
  void whatIsWrappedUnwrapsAndNothingElseDoes(EncryptionAlgorithm algorithm) {
    CryptographyClient client = clientFor(algorithm);
    WrapResult result = client.wrapKey(algorithm, VALUE);
    assertThat(client.unwrapKey(algorithm, result.encryptedKey()).key()).isEqualTo(VALUE);
    byte[] changed = changed(algorithm, result.encryptedKey(), 9);
    assertThatThrownBy(() -> client.unwrapKey(algorithm, changed)).isInstanceOf(VaultException.class)
        .hasMessage("the value cannot be decrypted with this key and " + algorithm).hasNoCause();
  }

  @ParameterizedTest
  @EnumSource(value = SignatureAlgorithm.class, names = {"ES256K", "RSNULL"}, mode = EnumSource.Mode.EXCLUDE)
  void dataAndStreamsAreSignedAndVerified(SignatureAlgorithm algorithm) throws IOException {
    CryptographyClient client = clientFor(algorithm);
    byte[] data = new byte[100_000];
    Arrays.fill(data, (byte) 3);
    byte[] signature = client.signData(algorithm, data);
    assertThat(client.verifyData(algorithm, new ByteArrayInputStream(data), signature)).isTrue();
    assertThat(client.verifyData(algorithm, data, client.signData(algorithm, new ByteArrayInputStream(data)))).isTrue();
    data[99_999] ^= 1;
    assertThat(client.verifyData(algorithm, data, signature)).isFalse();
    assertThat(client.verifyData(algorithm, data, Arrays.copyOf(signature, signature.length - 1))).isFalse();
    assertThat(client.verifyData(algorithm, data, new byte[0])).isFalse();
  }

  /** Zeros without end, but for a bound. */
  private static InputStream zeros(long count) {
    return new InputStream() {
      private long left = count;

      @Override
      public int read() {
        return left-- > 0 ? 0 : -1;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        if (left <= 0) {
          return -1;
        }
        int given = (int) Math.min(length, left);
        Arrays.fill(bytes, offset, offset + given, (byte) 0);
        left -= given;
        return given;
      }
    };
  }

  @Test
  void aStreamIsHashedAndOnlyHmacBoundsItsLength() throws IOException {
    CryptographyClient client = clientFor(SignatureAlgorithm.ES256);
    long large = 64L << 20;
    byte[] signature = client.signData(SignatureAlgorithm.ES256, zeros(large));
    assertThat(client.verifyData(SignatureAlgorithm.ES256, zeros(large), signature)).isTrue();
    assertThat(client.verifyData(SignatureAlgorithm.ES256, zeros(large - 1), signature)).isFalse();
    CryptographyClient hmac = clientFor(SignatureAlgorithm.HS256);
    assertThat(hmac.signData(SignatureAlgorithm.HS256, zeros(CryptographyClient.MOST_HMAC_BYTES))).hasSize(32);
    assertThatThrownBy(() -> hmac.signData(SignatureAlgorithm.HS256, zeros(large))).isInstanceOf(VaultException.class)
        .hasMessageContaining("1048576 bytes");
  }

  @Test
  void rsnullSignsBytesAsTheyAre() {
    CryptographyClient client = clientFor(SignatureAlgorithm.RSNULL);
    byte[] signature = client.sign(SignatureAlgorithm.RSNULL, AAD);
    assertThat(client.verify(SignatureAlgorithm.RSNULL, AAD, signature)).isTrue();
    assertThat(client.verify(SignatureAlgorithm.RSNULL, VALUE, signature)).isFalse();
    assertThatThrownBy(() -> client.signData(SignatureAlgorithm.RSNULL, AAD)).isInstanceOf(VaultException.class)
        .hasMessageContaining("has no hash");
    assertThatThrownBy(() -> client.sign(SignatureAlgorithm.RSNULL, new byte[246])).isInstanceOf(VaultException.class)
        .hasMessageContaining("245");
  }

  @Test
  void whateverIsWrongWithAnRsaCiphertextTheFailureIsTheSame() {
    CryptographyClient client = CryptographyClient.local(RSA);
    byte[] good = client.wrapKey(EncryptionAlgorithm.RSA1_5, VALUE).encryptedKey();
    byte[] changed = changed(EncryptionAlgorithm.RSA1_5, good, 100);
    byte[] large = new byte[256];
    Arrays.fill(large, (byte) 0xff);
    byte[] oaep;
    do {
      oaep = client.wrapKey(EncryptionAlgorithm.RSA_OAEP, VALUE).encryptedKey();
    } while (beginsLikePkcs1(oaep));
    Set<String> failures = new HashSet<>();
    for (byte[] bad : List.of(changed, large, oaep, new byte[256], new byte[255], new byte[257], new byte[0])) {
      for (int i = 0; i < 2; i++) {
        boolean unwrap = i == 0;
        assertThatThrownBy(() -> {
          if (unwrap) {
            client.unwrapKey(EncryptionAlgorithm.RSA1_5, bad);
          } else {
            client.decrypt(EncryptionAlgorithm.RSA1_5, bad);
          }
        }).isInstanceOfSatisfying(VaultException.class, e -> failures.add(e + "/" + e.code() + "/" + e.getCause()));
      }
    }
    assertThat(failures).hasSize(1);
  }

  @Test
  void thePublicHalfEncryptsForTheWholeKeyAndDoesNothingPrivate() {
    CryptographyClient half = CryptographyClient.local(publicHalf(null));
    CryptographyClient whole = CryptographyClient.local(RSA);
    for (EncryptionAlgorithm algorithm : List.of(EncryptionAlgorithm.RSA1_5, EncryptionAlgorithm.RSA_OAEP,
        EncryptionAlgorithm.RSA_OAEP_256)) {
      assertThat(whole.decrypt(half.encrypt(algorithm, VALUE).toDecrypt()).plaintext()).isEqualTo(VALUE);
      assertThat(whole.unwrapKey(algorithm, half.wrapKey(algorithm, VALUE).encryptedKey()).key()).isEqualTo(VALUE);
      int most = 256 - (algorithm == EncryptionAlgorithm.RSA1_5 ? 11 : algorithm == EncryptionAlgorithm.RSA_OAEP ? 42 : 66);
      assertThat(whole.decrypt(half.encrypt(algorithm, new byte[most]).toDecrypt()).plaintext()).hasSize(most);
      assertThatThrownBy(() -> half.encrypt(algorithm, new byte[most + 1])).isInstanceOf(VaultException.class)
          .hasMessageContaining("at most " + most + " bytes");
      assertThatThrownBy(() -> half.encrypt(algorithm, new byte[0])).isInstanceOf(VaultException.class);
      assertThatThrownBy(() -> half.decrypt(algorithm, new byte[256])).isInstanceOf(VaultException.class)
          .hasMessageContaining("decrypt cannot be done here with the public half of an RSA key of 2048 bits");
    }
    assertThatThrownBy(() -> half.sign(SignatureAlgorithm.RS256, new byte[32])).isInstanceOf(VaultException.class)
        .hasMessageContaining("give the whole key");
  }

  @Test
  void algorithmsThatDoNotFitAreRefused() {
    CryptographyClient rsa = CryptographyClient.local(RSA);
    CryptographyClient aes = CryptographyClient.local(oct(octets(256)));
    assertThatThrownBy(() -> rsa.encrypt(EncryptionAlgorithm.A256GCM, VALUE)).hasMessageContaining("is not for a key of type RSA");
    assertThatThrownBy(() -> aes.encrypt(EncryptionAlgorithm.A128GCM, VALUE))
        .hasMessageContaining("A128GCM is not for a key of type oct with 256 bits");
    assertThatThrownBy(() -> aes.encrypt(EncryptionAlgorithm.A256KW, VALUE)).hasMessageContaining("call wrapKey");
    assertThatThrownBy(() -> aes.wrapKey(EncryptionAlgorithm.A256GCM, VALUE)).hasMessageContaining("call encrypt");
    assertThatThrownBy(() -> rsa.sign(SignatureAlgorithm.ES256, new byte[32])).hasMessageContaining("ES256 is not for a key");
    assertThatThrownBy(() -> rsa.sign(SignatureAlgorithm.RS256, new byte[20])).hasMessageContaining("32 bytes, not 20");
    assertThatThrownBy(() -> CryptographyClient.local(ec(KeyCurve.P_256)).encrypt(EncryptionAlgorithm.RSA_OAEP, VALUE))
        .isInstanceOf(VaultException.class);
  }

  @Test
  void symmetricAlgorithmsSayWhatTheyTake() {
    CryptographyClient aes = CryptographyClient.local(oct(octets(256)));
    byte[] iv = new byte[16];
    assertThatThrownBy(() -> aes.encrypt(EncryptParameters.of(EncryptionAlgorithm.A256GCM, VALUE).withIv(new byte[12])))
        .hasMessageContaining("A256GCM takes no iv");
    assertThatThrownBy(() -> aes.encrypt(EncryptParameters.of(EncryptionAlgorithm.A256CBC, VALUE).withIv(new byte[12])))
        .hasMessageContaining("needs an iv of 16 bytes");
    assertThatThrownBy(() -> aes.encrypt(EncryptParameters.of(EncryptionAlgorithm.A256CBC, new byte[31]).withIv(iv)))
        .hasMessageContaining("multiples of 16, not 31");
    assertThatThrownBy(() -> aes.encrypt(EncryptParameters.of(EncryptionAlgorithm.A256CBCPAD, VALUE).withAad(AAD)))
        .hasMessageContaining("takes no aad");
    assertThatThrownBy(() -> aes.decrypt(new DecryptParameters(EncryptionAlgorithm.A256GCM, VALUE, new byte[12], new byte[8], null)))
        .hasMessageContaining("needs a tag of 16 bytes");
    assertThatThrownBy(() -> aes.decrypt(EncryptionAlgorithm.A256CBCPAD, VALUE)).hasMessageContaining("needs an iv of 16 bytes");
    assertThatThrownBy(() -> aes.wrapKey(EncryptionAlgorithm.A256KW, new byte[20])).hasMessageContaining("multiples of 8, not 20");
    assertThat(aes.unwrapKey(EncryptionAlgorithm.A256KWPAD,
        aes.wrapKey(EncryptionAlgorithm.A256KWPAD, new byte[20]).encryptedKey()).key()).hasSize(20);
  }

  @Test
  void keyOpsHoldHereToo() {
    CryptographyClient mac = CryptographyClient.local(oct(octets(256), KeyOperation.SIGN));
    byte[] tag = mac.sign(SignatureAlgorithm.HS256, VALUE);
    assertThat(tag).hasSize(32);
    assertThatThrownBy(() -> mac.verify(SignatureAlgorithm.HS256, VALUE, tag))
        .isInstanceOfSatisfying(VaultException.Forbidden.class, e -> {
          assertThat(e.innerCode()).isEqualTo("KeyOperationForbidden");
          assertThat(e.status()).isZero();
          assertThat(e.permission()).isEmpty();
        }).hasMessageContaining("[sign]");
    CryptographyClient half = CryptographyClient.local(publicHalf(List.of("verify", "wrapKey", "somethingNew")));
    half.wrapKey(EncryptionAlgorithm.RSA_OAEP, VALUE);
    assertThatThrownBy(() -> half.encrypt(EncryptionAlgorithm.RSA_OAEP, VALUE)).isInstanceOf(VaultException.Forbidden.class);
  }

  private static LocalCryptography fromVault(ObjectAttributes attributes) throws GeneralSecurityException {
    ObjectId kid = ObjectId.parse("https://vault.example/keys/web/0123456789abcdef0123456789abcdef");
    JsonWebKey key = publicHalf(List.of("verify", "encrypt", "wrapKey")).named(kid, List.of("verify", "encrypt", "wrapKey"));
    return LocalCryptography.of(new KeyBundle(key, attributes, null, null, null, null, null, null),
        InstantSource.fixed(Instant.ofEpochSecond(1000)));
  }

  private static KeyOperationParameters oaep() {
    return new KeyOperationParameters(EncryptionAlgorithm.RSA_OAEP, VALUE, null, null, null);
  }

  @Test
  void outsideItsTimesAKeyOnlyVerifiesAndDisabledItDoesNothing() throws GeneralSecurityException {
    Instant now = Instant.ofEpochSecond(1000);
    byte[] signature = CryptographyClient.local(RSA).sign(SignatureAlgorithm.PS256, VALUE);
    for (ObjectAttributes within : Arrays.asList(null, ObjectAttributes.of(true, now, now.plusSeconds(1)))) {
      LocalCryptography usable = fromVault(within);
      assertThat(usable.encrypt(KeyOperation.ENCRYPT, oaep()).kid()).isEqualTo(usable.keyId());
      assertThat(usable.verify(SignatureAlgorithm.PS256, VALUE, signature)).isTrue();
    }
    for (Map.Entry<String, ObjectAttributes> without : Map.of("KeyNotYetValid", ObjectAttributes.of(true, now.plusSeconds(1), null),
        "KeyExpired", ObjectAttributes.of(null, null, now)).entrySet()) {
      LocalCryptography key = fromVault(without.getValue());
      assertThat(key.verify(SignatureAlgorithm.PS256, VALUE, signature)).isTrue();
      for (KeyOperation operation : List.of(KeyOperation.ENCRYPT, KeyOperation.WRAP_KEY)) {
        assertThatThrownBy(() -> key.encrypt(operation, oaep())).isInstanceOfSatisfying(VaultException.Forbidden.class,
            e -> assertThat(e.innerCode()).isEqualTo(without.getKey())).hasMessageContaining(key.keyId().toString());
      }
    }
    LocalCryptography disabled = fromVault(ObjectAttributes.of(false, null, null));
    assertThatThrownBy(() -> disabled.verify(SignatureAlgorithm.PS256, VALUE, signature))
        .isInstanceOfSatisfying(VaultException.Forbidden.class, e -> assertThat(e.innerCode()).isEqualTo("KeyDisabled"));
  }

  @Test
  void halvesThatDoNotBelongTogetherAreNoKey() {
    PrivateJsonWebKey other = rsa();
    assertThatThrownBy(() -> CryptographyClient.local(new PrivateJsonWebKey(KeyType.RSA, null, RSA.n(), RSA.e(), other.d(), null,
        null, null, null, null, null, null, null, null, null))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not belong");
    assertThatThrownBy(() -> CryptographyClient.local(new PrivateJsonWebKey(KeyType.RSA, null, RSA.n(), RSA.e(), RSA.d(), other.dp(),
        other.dq(), other.qi(), other.p(), other.q(), null, null, null, null, null))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not belong");
    PrivateJsonWebKey ec = ec(KeyCurve.P_256);
    byte[] one = {1};
    assertThatThrownBy(() -> CryptographyClient.local(new PrivateJsonWebKey(KeyType.EC, null, null, null, one, null, null, null, null,
        null, null, null, ec.crv(), ec.x(), ec.y()))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not belong");
    assertThatThrownBy(() -> CryptographyClient.local(oct(null))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CryptographyClient.local(oct(new byte[0]))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyWithoutCrtPartsWorks() {
    PrivateJsonWebKey plain = new PrivateJsonWebKey(KeyType.RSA, null, RSA.n(), RSA.e(), RSA.d(), null, null, null, null, null, null,
        null, null, null, null);
    CryptographyClient client = CryptographyClient.local(plain);
    assertThat(client.verify(SignatureAlgorithm.PS512, new byte[64], client.sign(SignatureAlgorithm.PS512, new byte[64]))).isTrue();
  }

  @Test
  void nothingSecretIsPrinted() {
    String secret = new String(VALUE, StandardCharsets.US_ASCII);
    CryptographyClient client = CryptographyClient.local(oct(octets(256)));
    EncryptParameters parameters = EncryptParameters.of(EncryptionAlgorithm.A256GCM, VALUE);
    EncryptResult encrypted = client.encrypt(parameters);
    WrapResult wrapped = client.wrapKey(EncryptionAlgorithm.A256KW, VALUE);
    for (Object printed : List.of(client, parameters, encrypted, encrypted.toDecrypt(), client.decrypt(encrypted.toDecrypt()),
        wrapped, client.unwrapKey(EncryptionAlgorithm.A256KW, wrapped.encryptedKey()), oct(octets(256)))) {
      assertThat(printed.toString()).doesNotContain(secret).doesNotContain(Arrays.toString(VALUE)).doesNotContain("[B@");
    }
  }
}
