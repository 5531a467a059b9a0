package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.SignatureAlgorithm;

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
      Optional<SignatureAlgorithm> algorithm = vector.signatureAlgorithm();
      if (algorithm.isEmpty()) {
        notTaken++;
        continue;
      }
      run++;
      byte[] digest = MessageDigest.getInstance(algorithm.get().hash().digestName()).digest(vector.hex("msg"));
      boolean valid = Verification.verify(vector.publicKey(algorithm.get()), algorithm.get(), digest, vector.hex("sig"));
      if (!vector.result().equals("acceptable")) {
        assertThat(valid).as(vector.toString()).isEqualTo(vector.result().equals("valid"));
      }
    }
    System.out.printf("Wycheproof %s, verification: %d run, %d not taken%n", files, run, notTaken);
    assertThat(run).isPositive();
  }
}
