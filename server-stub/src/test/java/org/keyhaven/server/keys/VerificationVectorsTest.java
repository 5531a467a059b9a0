package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.client.wire.SignatureAlgorithm.Scheme;
import tools.jackson.databind.JsonNode;

/** Project Wycheproof's signatures. They come with public keys alone, which no vault takes, so they go to what verifies. */
class VerificationVectorsTest {

  @BeforeAll
  static void require() {
    Wycheproof.require();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ecdsa_*_p1363_test.json", "rsa_signature_*_test.json", "rsa_pss_*_test.json"})
  void signaturesVerifyWhenTheyAreValidAndNotOtherwise(String files) throws IOException, GeneralSecurityException {
    int run = 0;
    int notTaken = 0;
    for (Wycheproof.Vector vector : Wycheproof.read(files)) {
      Optional<SignatureAlgorithm> algorithm = algorithm(vector);
      if (algorithm.isEmpty()) {
        notTaken++;
        continue;
      }
      run++;
      byte[] digest = MessageDigest.getInstance(algorithm.get().hash().digestName()).digest(vector.hex("msg"));
      boolean valid = Verification.verify(key(vector.group(), algorithm.get()), algorithm.get(), digest, vector.hex("sig"));
      if (!vector.result().equals("acceptable")) {
        assertThat(valid).as(vector.toString()).isEqualTo(vector.result().equals("valid"));
      }
    }
    System.out.printf("Wycheproof %s, verification: %d run, %d not taken%n", files, run, notTaken);
    assertThat(run).isPositive();
  }

  /** The algorithm of the vector's group; empty when it is none of the vault's. */
  private static Optional<SignatureAlgorithm> algorithm(Wycheproof.Vector vector) {
    JsonNode group = vector.group();
    String hash = group.path("sha").asString();
    return Arrays.stream(SignatureAlgorithm.values())
        .filter(algorithm -> algorithm.hash() != null && algorithm.hash().digestName().equals(hash))
        .filter(algorithm -> switch (algorithm.scheme()) {
          case RSA_PKCS1 -> vector.file().startsWith("rsa_signature");
          case RSA_PSS -> vector.file().startsWith("rsa_pss") && group.path("mgfSha").asString().equals(hash)
              && group.path("sLen").asInt() == algorithm.hash().bytes() && group.path("keySize").asInt() >= 2048;
          case ECDSA -> algorithm.curve().standardName().equals(group.path("publicKey").path("curve").asString());
          case HMAC -> false;
        }).findFirst();
  }

  private static JsonWebKey key(JsonNode group, SignatureAlgorithm algorithm) {
    JsonNode key = group.path("publicKey");
    if (algorithm.scheme() != Scheme.ECDSA) {
      return JsonWebKey.rsa(KeyType.RSA, number(key.path("modulus")), number(key.path("publicExponent")));
    }
    return JsonWebKey.ec(KeyType.EC, algorithm.curve(), coordinate(key.path("wx"), algorithm.curve()),
        coordinate(key.path("wy"), algorithm.curve()));
  }

  private static byte[] number(JsonNode hex) {
    return LocalKeys.unsigned(new BigInteger(1, HexFormat.of().parseHex(hex.asString())));
  }

  private static byte[] coordinate(JsonNode hex, KeyCurve curve) {
    byte[] number = LocalKeys.unsigned(new BigInteger(hex.asString(), 16));
    byte[] full = new byte[curve.coordinateBytes()];
    System.arraycopy(number, 0, full, full.length - number.length, number.length);
    return full;
  }
}
