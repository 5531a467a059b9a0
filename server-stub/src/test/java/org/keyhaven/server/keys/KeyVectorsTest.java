package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.keyhaven.server.keys.KeysApi.badParameter;
import static org.keyhaven.server.keys.KeysApi.bytes;
import static org.keyhaven.server.keys.KeysApi.member;
import static org.keyhaven.server.keys.KeysApi.ok;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.server.http.TestServer;
import org.keyhaven.server.http.TestServer.Reply;
import org.keyhaven.server.vaults.VaultKind;

/**
 * Project Wycheproof's vectors over the REST API: each one's key is imported, then used. Every one that the
 * API takes is run; the engines take them in tests of their own, too.
 */
class KeyVectorsTest {
  private static final Set<Integer> RSA_BITS = Set.of(2048, 3072, 4096);
  private static final Map<String, String> IMPORTED = new HashMap<>();
  private static TestServer server;
  private static KeysApi api;

  @BeforeAll
  static void start(@TempDir Path directory) {
    Wycheproof.require();
    server = TestServer.start(directory, database -> new KeyRoutes(database, Clock.systemUTC()).routes());
    api = new KeysApi(server.client().in(VaultKind.MANAGED_HSM));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** What the API answers to a vector; empty when it is one that the API does not take. */
  private interface Attempt {
    Optional<Reply> on(Wycheproof.Vector vector) throws GeneralSecurityException;
  }

  /** @param expected the member with what a valid vector gives */
  private static void run(String files, String expected, Attempt attempt) throws IOException, GeneralSecurityException {
    List<Wycheproof.Vector> vectors = Wycheproof.read(files);
    int run = 0;
    int notTaken = 0;
    for (Wycheproof.Vector vector : vectors) {
      Optional<Reply> reply = attempt.on(vector);
      if (reply.isEmpty()) {
        notTaken++;
        continue;
      }
      run++;
      if (vector.result().equals("valid") || !vector.result().equals("invalid") && reply.get().status() == 200) {
        assertThat(bytes(ok(reply.get()).path("value"))).as(vector.toString()).isEqualTo(vector.hex(expected));
      } else {
        badParameter(reply.get());
      }
    }
    System.out.printf("Wycheproof %s over REST: %d run, %d not taken, of %d%n", files, run, notTaken, vectors.size());
    assertThat(run).isPositive();
  }

  /** The name of the imported key. */
  private static String oct(String hex, String operations) {
    return IMPORTED.computeIfAbsent(hex + operations, key -> {
      String name = "v" + IMPORTED.size();
      api.importKey(name, LocalKeys.octJwk(HexFormat.of().parseHex(hex), operations), "");
      return name;
    });
  }

  private static String rsa(Wycheproof.Vector vector) throws GeneralSecurityException {
    String hex = vector.group().path("privateKeyPkcs8").asString();
    PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(HexFormat.of().parseHex(hex)));
    if (!RSA_BITS.contains(((RSAPrivateCrtKey) key).getModulus().bitLength())) {
      return null;
    }
    return IMPORTED.computeIfAbsent(hex, unused -> {
      String name = "v" + IMPORTED.size();
      api.importKey(name, LocalKeys.rsaJwk("RSA", key, ""), "");
      return name;
    });
  }

  @ParameterizedTest
  @CsvSource({"rsa_oaep_2048_sha1_mgf1sha1_test.json,RSA-OAEP", "rsa_oaep_2048_sha256_mgf1sha256_test.json,RSA-OAEP-256",
      "rsa_oaep_3072_sha256_mgf1sha256_test.json,RSA-OAEP-256", "rsa_pkcs1_2048_test.json,RSA1_5",
      "rsa_pkcs1_3072_test.json,RSA1_5"})
  void rsaCiphertexts(String file, String algorithm) throws Exception {
    run(file, "msg", vector -> {
      String name = rsa(vector);
      boolean labelled = !vector.test().path("label").asString("").isEmpty() && vector.result().equals("valid");
      return name == null || labelled ? Optional.empty()
          : Optional.of(api.run(name, "decrypt", algorithm, vector.hex("ct"), ""));
    });
  }

  @Test
  void rsaSignaturesAreTheOnesThatPkcs1Makes() throws Exception {
    run("rsa_pkcs1_2048_sig_gen_test.json", "sig", vector -> {
      String hash = vector.group().path("sha").asString();
      if (!Set.of("SHA-256", "SHA-384", "SHA-512").contains(hash)) {
        return Optional.empty();
      }
      return Optional.of(api.run(rsa(vector), "sign", "RS" + hash.substring(4),
          MessageDigest.getInstance(hash).digest(vector.hex("msg")), ""));
    });
  }

  @Test
  void gcm() throws Exception {
    run("aes_gcm_test.json", "msg", vector -> {
      if (vector.hex("iv").length != 12 || vector.hex("ct").length == 0 || vector.hex("tag").length != 16) {
        return Optional.empty();
      }
      return Optional.of(api.run(oct(vector.test().path("key").asString(), ""), "decrypt",
          "A" + 8 * vector.hex("key").length + "GCM", vector.hex("ct"),
          member("iv", vector.hex("iv")) + member("tag", vector.hex("tag")) + member("aad", vector.hex("aad"))));
    });
  }

  @Test
  void cbcWithPadding() throws Exception {
    run("aes_cbc_pkcs5_test.json", "msg", vector -> Optional.of(api.run(oct(vector.test().path("key").asString(), ""),
        "decrypt", "A" + 8 * vector.hex("key").length + "CBCPAD", vector.hex("ct"), member("iv", vector.hex("iv")))));
  }

  @ParameterizedTest
  @CsvSource({"aes_wrap_test.json,CKM_AES_KEY_WRAP", "aes_kwp_test.json,CKM_AES_KEY_WRAP_PAD"})
  void keyWrap(String file, String algorithm) throws Exception {
    run(file, "msg", vector -> Optional.of(
        api.run(oct(vector.test().path("key").asString(), ""), "unwrapkey", algorithm, vector.hex("ct"), "")));
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 384, 512})
  void hmac(int bits) throws Exception {
    String file = "hmac_sha" + bits + "_test.json";
    int run = 0;
    List<Wycheproof.Vector> vectors = Wycheproof.read(file);
    for (Wycheproof.Vector vector : vectors) {
      boolean taken = vector.hex("key").length >= 16 && vector.hex("msg").length > 0;
      if (taken && vector.group().path("tagSize").asInt() == bits) {
        String name = oct(vector.test().path("key").asString(), ",\"key_ops\":[\"sign\",\"verify\"]");
        assertThat(api.verified(name, "HS" + bits, vector.hex("msg"), vector.hex("tag"))).as(vector.toString())
            .isEqualTo(vector.result().equals("valid"));
        run++;
      }
    }
    System.out.printf("Wycheproof %s over REST: %d run, %d not taken, of %d%n", file, run, vectors.size() - run,
        vectors.size());
    assertThat(run).isPositive();
  }
}
