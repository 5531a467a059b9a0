package org.keyhaven.client.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** What the JDK signs, the public half accepts; and nothing else. */
class LocalKeyTest {
  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);
  /** 2049 and 2047 bits put PSS's encoded message on and beside an octet boundary. */
  private static final List<KeyPair> RSA_KEYS = List.of(rsa(2048), rsa(2049), rsa(2047));

  private static byte[] unsigned(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] fixed = new byte[length];
    int from = Math.max(0, bytes.length - length);
    System.arraycopy(bytes, from, fixed, length - bytes.length + from, bytes.length - from);
    return fixed;
  }

  private static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonWebKey jwk(RSAPublicKey key) {
    return JsonWebKey.rsa(KeyType.RSA, unsigned(key.getModulus(), (key.getModulus().bitLength() + 7) / 8), new byte[] {1, 0, 1});
  }

  private static Signature jca(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    Hash hash = algorithm.hash();
    return switch (algorithm.scheme()) {
      case RSA_PKCS1 -> Signature.getInstance(hash.signaturePrefix() + "withRSA");
      case ECDSA -> Signature.getInstance(hash.signaturePrefix() + "withECDSAinP1363Format");
      case HMAC -> throw new IllegalArgumentException(algorithm + " is no Signature");
      case RSA_PSS -> {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec(hash.digestName(), "MGF1", new MGF1ParameterSpec(hash.digestName()), hash.bytes(),
            1));
        yield signature;
      }
    };
  }

  private static void check(SignatureAlgorithm algorithm, KeyPair pair, JsonWebKey jwk) throws GeneralSecurityException {
    Signature signer = jca(algorithm);
    signer.initSign(pair.getPrivate());
    signer.update(MESSAGE);
    byte[] signature = signer.sign();
    byte[] digest = MessageDigest.getInstance(algorithm.hash().digestName()).digest(MESSAGE);
    LocalKey verifier = LocalKey.of(jwk);
    assertThat(verifier.verify(algorithm, digest, signature)).isTrue();
    for (int i = 0; i < signature.length; i += 7) {
      byte[] changed = signature.clone();
      changed[i] ^= 1;
      assertThat(verifier.verify(algorithm, digest, changed)).as("byte %d", i).isFalse();
    }
    byte[] otherDigest = digest.clone();
    otherDigest[0] ^= 1;
    assertThat(verifier.verify(algorithm, otherDigest, signature)).isFalse();
    assertThat(verifier.verify(algorithm, digest, Arrays.copyOf(signature, signature.length + 1))).isFalse();
    assertThat(verifier.verify(algorithm, digest, Arrays.copyOf(signature, signature.length - 1))).isFalse();
    assertThat(verifier.verify(algorithm, digest, new byte[signature.length])).isFalse();
    assertThat(verifier.verify(algorithm, digest, new byte[0])).isFalse();
  }

  @ParameterizedTest
  @EnumSource(value = SignatureAlgorithm.class, names = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
  void rsaAgreesWithTheJdk(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    for (KeyPair pair : RSA_KEYS) {
      check(algorithm, pair, jwk((RSAPublicKey) pair.getPublic()));
    }
  }

  @ParameterizedTest
  @EnumSource(value = SignatureAlgorithm.class, names = {"ES256", "ES384", "ES512"})
  void ecdsaAgreesWithTheJdk(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(algorithm.curve().standardName()));
    KeyPair pair = generator.generateKeyPair();
    ECPublicKey key = (ECPublicKey) pair.getPublic();
    int length = algorithm.curve().coordinateBytes();
    check(algorithm, pair, JsonWebKey.ec(KeyType.EC, algorithm.curve(), unsigned(key.getW().getAffineX(), length),
        unsigned(key.getW().getAffineY(), length)));
  }

  @Test
  void rsnullTakesTheBytesAsTheyAre() throws GeneralSecurityException {
    KeyPair pair = RSA_KEYS.get(0);
    Signature signer = jca(SignatureAlgorithm.RS256);
    signer.initSign(pair.getPrivate());
    signer.update(MESSAGE);
    byte[] signature = signer.sign();
    byte[] digestInfo = HexFormat.of().parseHex("3031300d060960864801650304020105000420"
        + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(MESSAGE)));
    LocalKey verifier = LocalKey.of(jwk((RSAPublicKey) pair.getPublic()));
    assertThat(verifier.verify(SignatureAlgorithm.RSNULL, digestInfo, signature)).isTrue();
    assertThat(verifier.verify(SignatureAlgorithm.RSNULL, new byte[300], signature)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "n", "n+1"})
  void anRsaSignatureOutOfRangeOrTrivialIsRefused(String value) throws GeneralSecurityException {
    RSAPublicKey key = (RSAPublicKey) RSA_KEYS.get(0).getPublic();
    BigInteger number = switch (value) {
      case "0" -> BigInteger.ZERO;
      case "1" -> BigInteger.ONE;
      case "n" -> key.getModulus();
      default -> key.getModulus().add(BigInteger.ONE);
    };
    assertThat(LocalKey.of(jwk(key)).verify(SignatureAlgorithm.RS256, new byte[32], unsigned(number, 256))).isFalse();
  }

  @Test
  void aPublicHalfDoesWhatIsPublic() throws GeneralSecurityException {
    assertThat(LocalKey.of(jwk((RSAPublicKey) RSA_KEYS.get(0).getPublic())).operations())
        .containsExactlyInAnyOrder(KeyOperation.VERIFY, KeyOperation.ENCRYPT, KeyOperation.WRAP_KEY);
    byte[] x = HexFormat.of().parseHex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    byte[] y = HexFormat.of().parseHex("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");
    assertThat(LocalKey.of(JsonWebKey.ec(KeyType.EC_HSM, KeyCurve.P_256K, x, y)).operations())
        .containsExactly(KeyOperation.VERIFY);
  }

  @Test
  void whatIsNoKeyIsRefused() {
    byte[] one = {1};
    assertThatThrownBy(() -> LocalKey.of(JsonWebKey.ec(KeyType.EC, KeyCurve.P_256, one, one)))
        .isInstanceOf(GeneralSecurityException.class).hasMessageContaining("not a point");
    assertThatThrownBy(() -> LocalKey.of(JsonWebKey.ec(KeyType.EC, KeyCurve.P_256K, one, one)))
        .isInstanceOf(GeneralSecurityException.class).hasMessageContaining("not a point");
    assertThatThrownBy(() -> LocalKey.of(JsonWebKey.ec(KeyType.OCT_HSM, null, null, null)))
        .isInstanceOf(GeneralSecurityException.class).hasMessageContaining("no public half");
    assertThatThrownBy(() -> LocalKey.of(JsonWebKey.rsa(KeyType.RSA, one, one))).isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() -> LocalKey.of(JsonWebKey.rsa(KeyType.RSA, null, null))).isInstanceOf(GeneralSecurityException.class);
  }
}
