package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

class CryptographyClientIT {
  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);

  private static KeyhavenClient client;

  @BeforeAll
  static void connect() {
    client = Clients.vault();
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  static Stream<Arguments> algorithms() {
    return Stream.of(SignatureAlgorithm.values())
        .filter(algorithm -> algorithm.scheme() != SignatureAlgorithm.Scheme.HMAC)
        .flatMap(algorithm -> Stream.of(Arguments.of(algorithm, false), Arguments.of(algorithm, true)));
  }

  private static KeyBundle keyFor(SignatureAlgorithm algorithm, boolean hsm) {
    KeyType type = KeyType.of(algorithm.scheme().keyFamily(), hsm);
    return client.keys().create("crypto-" + algorithm.wireName() + (hsm ? "-hsm" : ""), new KeyCreateParameters(type,
        type.family() == KeyType.Family.RSA ? 2048 : null, null, null, null, null, algorithm.curve()));
  }

  private static byte[] digest(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    return algorithm.hash() == null ? new byte[] {1, 2, 3} : MessageDigest.getInstance(algorithm.hash().digestName()).digest(MESSAGE);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void whatTheVaultSignsVerifiesHereAndByTheJdk(SignatureAlgorithm algorithm, boolean hsm) throws GeneralSecurityException {
    KeyBundle key = keyFor(algorithm, hsm);
    CryptographyClient cryptography = client.cryptography(key.key().kid());
    byte[] digest = digest(algorithm);
    byte[] signature = cryptography.sign(algorithm, digest);
    assertThat(cryptography.verify(algorithm, digest, signature)).isTrue();
    byte[] changed = digest.clone();
    changed[0] ^= 1;
    assertThat(cryptography.verify(algorithm, changed, signature)).isFalse();
    byte[] damaged = signature.clone();
    damaged[signature.length / 2] ^= 1;
    assertThat(cryptography.verify(algorithm, digest, damaged)).isFalse();
    if (algorithm.hash() != null && algorithm.curve() != KeyCurve.P_256K) {
      Signature jdk = jca(algorithm);
      jdk.initVerify(publicKey(key.key()));
      jdk.update(MESSAGE);
      assertThat(jdk.verify(signature)).isTrue();
    }
  }

  @Test
  void anIdentifierWithoutVersionKeepsToTheVersionOfItsFirstUse() throws GeneralSecurityException {
    ObjectId first = keyFor(SignatureAlgorithm.ES256, false).key().kid();
    CryptographyClient cryptography = client.cryptography(first.withVersion(null));
    byte[] digest = digest(SignatureAlgorithm.ES256);
    byte[] signature = cryptography.sign(SignatureAlgorithm.ES256, digest);
    assertThat(cryptography.keyId()).isEqualTo(first);
    keyFor(SignatureAlgorithm.ES256, false);
    assertThat(cryptography.verify(SignatureAlgorithm.ES256, digest, signature)).isTrue();
    assertThat(cryptography.key().kid()).isEqualTo(first);
  }

  @Test
  void anAlgorithmThatTheKeyCannotUseIsRefused() throws GeneralSecurityException {
    CryptographyClient cryptography = client.cryptography(keyFor(SignatureAlgorithm.ES384, false).key().kid());
    assertThatThrownBy(() -> cryptography.sign(SignatureAlgorithm.RS256, new byte[32])).isInstanceOfSatisfying(VaultException.class,
        thrown -> assertThat(thrown.status()).isEqualTo(400));
    assertThatThrownBy(() -> cryptography.verify(SignatureAlgorithm.RS256, new byte[32], new byte[96]))
        .isInstanceOf(VaultException.class).hasMessageContaining("RS256 is not for a key of type EC P-384");
    assertThatThrownBy(() -> cryptography.verify(SignatureAlgorithm.ES384, new byte[32], new byte[96]))
        .isInstanceOf(VaultException.class).hasMessageContaining("48 bytes");
  }

  @Test
  void aKeyOfAnotherVaultIsRefused() {
    ObjectId foreign = ObjectId.parse("https://evil.example/keys/web/0123456789abcdef0123456789abcdef");
    assertThatThrownBy(() -> client.cryptography(foreign)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.cryptography(ObjectId.parse(client.vault() + "/secrets/web")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Signature jca(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    Hash hash = algorithm.hash();
    return switch (algorithm.scheme()) {
      case RSA_PKCS1 -> Signature.getInstance(hash.signaturePrefix() + "withRSA");
      case ECDSA -> Signature.getInstance(hash.signaturePrefix() + "withECDSAinP1363Format");
      case HMAC -> throw new IllegalArgumentException(algorithm + " is no Signature");
      case RSA_PSS -> {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec(hash.digestName(), "MGF1", new MGF1ParameterSpec(hash.digestName()),
            hash.bytes(), 1));
        yield signature;
      }
    };
  }

  private static PublicKey publicKey(JsonWebKey key) throws GeneralSecurityException {
    if (key.kty().family() == KeyType.Family.RSA) {
      return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(new BigInteger(1, key.n()),
          new BigInteger(1, key.e())));
    }
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(key.crv().standardName()));
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(new ECPoint(new BigInteger(1, key.x()),
        new BigInteger(1, key.y())), parameters.getParameterSpec(ECParameterSpec.class)));
  }
}
