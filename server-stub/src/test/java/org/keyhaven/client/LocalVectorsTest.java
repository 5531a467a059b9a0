package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.keys.Wycheproof;
import org.keyhaven.server.keys.Wycheproof.Vector;

/** Project Wycheproof's vectors, every one of them, with the keys that the client uses in its own process. */
class LocalVectorsTest {
  private static final Map<String, CryptographyClient> RSA = new HashMap<>();

  @BeforeAll
  static void require() {
    Wycheproof.require();
  }

  /** What a vector gives: the result, or nothing when it is refused; null when it is not one for the service's algorithms. */
  private interface Attempt {
    Optional<byte[]> at(Vector vector) throws GeneralSecurityException;
  }

  /** @param expected the member with what a valid vector gives */
  private static void run(String files, String expected, Attempt attempt) throws IOException, GeneralSecurityException {
    int run = 0;
    int notTaken = 0;
    for (Vector vector : Wycheproof.read(files)) {
      Optional<byte[]> result = attempt.at(vector);
      if (result == null) {
        notTaken++;
        continue;
      }
      run++;
      switch (vector.result()) {
        case "valid" -> assertThat(result).as(vector.toString())
            .hasValueSatisfying(bytes -> assertThat(bytes).as(vector.toString()).isEqualTo(vector.hex(expected)));
        case "invalid" -> assertThat(result).as(vector.toString()).isEmpty();
        default -> result.ifPresent(bytes -> assertThat(bytes).as(vector.toString()).isEqualTo(vector.hex(expected)));
      }
    }
    System.out.printf("Wycheproof %s -> %s, local keys on JDK %d: %d run, %d not taken%n", files, expected,
        Runtime.version().feature(), run, notTaken);
    assertThat(run).isPositive();
  }

  /** A refusal says nothing of its reason. */
  private static Optional<byte[]> opened(Supplier<byte[]> call) {
    try {
      return Optional.of(call.get());
    } catch (VaultException e) {
      assertThat(e).hasNoCause();
      assertThat(e.code()).isEqualTo("BadParameter");
      return Optional.empty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ecdsa_secp256r1_*_p1363_test.json", "ecdsa_secp384r1_*_p1363_test.json",
      "ecdsa_secp521r1_*_p1363_test.json", "ecdsa_secp256k1_*_p1363_test.json", "rsa_signature_*_test.json",
      "rsa_pss_*_test.json"})
  void signaturesVerifyWhenTheyAreValidAndNotOtherwise(String files) throws IOException, GeneralSecurityException {
    run(files, "sig", vector -> {
      SignatureAlgorithm algorithm = vector.signatureAlgorithm().orElse(null);
      return algorithm == null ? null : CryptographyClient.local(vector.publicKey(algorithm))
          .verifyData(algorithm, vector.hex("msg"), vector.hex("sig")) ? Optional.of(vector.hex("sig")) : Optional.empty();
    });
  }

  /** The curve's own code takes 32 bytes of digest: of a longer one the leftmost, as ECDSA does. */
  @Test
  void theOwnCurveAlsoVerifiesTheLeftmostBytesOfALongerDigest() throws IOException, GeneralSecurityException {
    run("ecdsa_secp256k1_sha512_p1363_test.json", "sig", vector -> {
      byte[] digest = Arrays.copyOf(MessageDigest.getInstance("SHA-512").digest(vector.hex("msg")), 32);
      return CryptographyClient.local(vector.publicKey(SignatureAlgorithm.ES256K))
          .verify(SignatureAlgorithm.ES256K, digest, vector.hex("sig")) ? Optional.of(vector.hex("sig")) : Optional.empty();
    });
  }

  private static CryptographyClient rsa(Vector vector) {
    return RSA.computeIfAbsent(vector.group().path("privateKeyPkcs8").asString(), hex -> {
      try {
        PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(HexFormat.of().parseHex(hex)));
        return CryptographyClient.local(PrivateKeys.rsa(key));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  @Test
  void oaep() throws IOException, GeneralSecurityException {
    run("rsa_oaep_*_test.json", "msg", vector -> {
      String digest = vector.group().path("sha").asString();
      boolean labelled = !vector.test().path("label").asString("").isEmpty() && vector.result().equals("valid");
      if (labelled || !vector.group().path("mgfSha").asString().equals(digest)
          || !digest.equals("SHA-1") && !digest.equals("SHA-256")) {
        return null;
      }
      EncryptionAlgorithm algorithm = digest.equals("SHA-1") ? EncryptionAlgorithm.RSA_OAEP : EncryptionAlgorithm.RSA_OAEP_256;
      return opened(() -> rsa(vector).decrypt(algorithm, vector.hex("ct")).plaintext());
    });
  }

  @Test
  void pkcs1() throws IOException, GeneralSecurityException {
    for (int bits : new int[] {2048, 3072, 4096}) {
      run("rsa_pkcs1_" + bits + "_test.json", "msg",
          vector -> opened(() -> rsa(vector).unwrapKey(EncryptionAlgorithm.RSA1_5, vector.hex("ct")).key()));
    }
  }

  @Test
  void pkcs1Signatures() throws IOException, GeneralSecurityException {
    run("rsa_pkcs1_*_sig_gen_test.json", "sig", vector -> {
      String hash = vector.group().path("sha").asString();
      Optional<SignatureAlgorithm> algorithm = Arrays.stream(SignatureAlgorithm.values())
          .filter(row -> row.scheme() == SignatureAlgorithm.Scheme.RSA_PKCS1 && row.hash() != null
              && row.hash().digestName().equals(hash)).findFirst();
      return algorithm.isEmpty() ? null : opened(() -> rsa(vector).signData(algorithm.get(), vector.hex("msg")));
    });
  }

  private static CryptographyClient oct(Vector vector) {
    return CryptographyClient.local(PrivateKeys.oct(KeyType.OCT, vector.hex("key")));
  }

  private static EncryptionAlgorithm sized(String mode, Vector vector) {
    return EncryptionAlgorithm.fromWire("A" + 8 * vector.hex("key").length + mode);
  }

  @Test
  void gcm() throws IOException, GeneralSecurityException {
    run("aes_gcm_test.json", "msg", vector -> vector.hex("iv").length != 12 ? null
        : opened(() -> oct(vector).decrypt(new DecryptParameters(sized("GCM", vector), vector.hex("ct"), vector.hex("iv"),
            vector.hex("tag"), vector.hex("aad"))).plaintext()));
  }

  @Test
  void cbc() throws IOException, GeneralSecurityException {
    run("aes_cbc_pkcs5_test.json", "msg", vector -> opened(() -> oct(vector)
        .decrypt(new DecryptParameters(sized("CBCPAD", vector), vector.hex("ct"), vector.hex("iv"), null, null)).plaintext()));
    run("aes_cbc_pkcs5_test.json", "ct", vector -> !vector.result().equals("valid") || vector.hex("msg").length == 0 ? null
        : opened(() -> oct(vector).encrypt(new EncryptParameters(sized("CBCPAD", vector), vector.hex("msg"), vector.hex("iv"), null))
            .ciphertext()));
  }

  @ParameterizedTest
  @CsvSource({"aes_wrap_test.json,CKM_AES_KEY_WRAP", "aes_kwp_test.json,CKM_AES_KEY_WRAP_PAD"})
  void keyWrap(String file, EncryptionAlgorithm algorithm) throws IOException, GeneralSecurityException {
    run(file, "msg", vector -> opened(() -> oct(vector).unwrapKey(algorithm, vector.hex("ct")).key()));
    // The other way round, where the modes leave no choice.
    run(file, "ct", vector -> !vector.result().equals("valid") || vector.hex("msg").length == 0 ? null
        : opened(() -> oct(vector).wrapKey(algorithm, vector.hex("msg")).encryptedKey()));
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 384, 512})
  void hmac(int bits) throws IOException, GeneralSecurityException {
    SignatureAlgorithm algorithm = SignatureAlgorithm.fromWire("HS" + bits);
    run("hmac_sha" + bits + "_test.json", "tag", vector -> vector.group().path("tagSize").asInt() != bits
        || vector.hex("key").length == 0 ? null : oct(vector).verify(algorithm, vector.hex("msg"), vector.hex("tag"))
            ? Optional.of(vector.hex("tag")) : Optional.empty());
  }
}
