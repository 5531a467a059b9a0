package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.client.wire.SignatureAlgorithm.Scheme;

/** Signatures of local keys, and of another implementation, each verified by the other. */
class LocalInteroperationTest {
  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);

  /** 2049 and 2047 bits put PSS's encoded message on and beside an octet boundary. */
  private static final List<KeyPair> RSA = new ArrayList<>();

  @BeforeAll
  static void makeKeys() throws GeneralSecurityException {
    for (int bits : new int[] {2048, 2049, 2047}) {
      RSA.add(PrivateKeys.newRsa(bits));
    }
  }

  private static void check(SignatureAlgorithm algorithm, KeyPair pair, PrivateJsonWebKey key) throws GeneralSecurityException {
    JsonWebKey publicHalf = new JsonWebKey(null, key.kty(), null, key.n(), key.e(), key.crv(), key.x(), key.y());
    byte[] theirs = BouncyCastle.sign(algorithm, pair.getPrivate(), MESSAGE);
    for (CryptographyClient client : List.of(CryptographyClient.local(publicHalf), CryptographyClient.local(key))) {
      assertThat(client.verifyData(algorithm, MESSAGE, theirs)).isTrue();
      assertThat(client.verifyData(algorithm, new byte[1], theirs)).isFalse();
    }
    if (algorithm.curve() != KeyCurve.P_256K) {
      byte[] ours = CryptographyClient.local(key).signData(algorithm, MESSAGE);
      assertThat(BouncyCastle.verify(algorithm, pair.getPublic(), MESSAGE, ours)).isTrue();
      assertThat(BouncyCastle.verify(algorithm, pair.getPublic(), new byte[1], ours)).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(value = SignatureAlgorithm.class, names = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
  void rsa(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    for (KeyPair pair : RSA) {
      check(algorithm, pair, PrivateKeys.rsa(pair.getPrivate()));
    }
  }

  @ParameterizedTest
  @EnumSource(value = SignatureAlgorithm.class, names = {"ES256", "ES384", "ES512", "ES256K"})
  void ecdsa(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    for (int i = 0; i < 10; i++) {
      KeyPair pair = BouncyCastle.ec(algorithm.curve());
      check(algorithm, pair, PrivateKeys.ec(algorithm.curve(), pair));
    }
  }

  @ParameterizedTest
  @EnumSource(value = SignatureAlgorithm.class, names = {"HS256", "HS384", "HS512"})
  void hmac(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    assertThat(algorithm.scheme()).isEqualTo(Scheme.HMAC);
    CryptographyClient client = CryptographyClient.local(PrivateKeys.oct(KeyType.OCT, MESSAGE));
    assertThat(client.signData(algorithm, MESSAGE)).isEqualTo(BouncyCastle.hmac(algorithm, MESSAGE, MESSAGE));
  }
}
