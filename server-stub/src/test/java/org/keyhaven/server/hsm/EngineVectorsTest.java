package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Project Wycheproof's vectors: each one's key is imported, and the engine does with it what the vector says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EngineVectorsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HexFormat HEX = HexFormat.of();
  private static final boolean ALL = "all".equals(System.getProperty("keyhaven.vectors"));

  private final Path vectors = Path.of(System.getProperty("keyhaven.wycheproof", "absent"));
  private final List<KeyEngine> engines = new ArrayList<>();
  /**
   * The same RSA key serves many vectors, and takes long to check; by whether it is the HSM's, because one software engine
   * opens what the other, with the same data key, has sealed.
   */
  private final Map<Boolean, Map<String, SealedKey>> imported = Map.of(true, new HashMap<>(), false, new HashMap<>());
  private Pkcs11Token token;

  /** How many vectors went through an engine, and how many it does not take. */
  private static final class Count {
    private int run;
    private int notTaken;
  }

  /** What an engine makes of a vector: the result, or nothing when it refuses; null when it does not take such vectors. */
  @FunctionalInterface
  private interface Attempt {
    Optional<byte[]> at(KeyEngine engine, JsonNode group, JsonNode vector);
  }

  @BeforeAll
  void open() {
    assumeTrue(Files.isDirectory(vectors), () -> "no vectors: the property keyhaven.wycheproof names " + vectors);
    byte[] dataKey = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    engines.add(new SoftwareEngine(dataKey));
    engines.add(new SoftwareEngine(dataKey, new Jca(Optional.empty())));
    token = Pkcs11Token.open(TestHsm.options());
    engines.add(Pkcs11Engine.forNewVault(token, "keyhaven/" + UUID.randomUUID(), 100));
  }

  @AfterAll
  void close() {
    engines.forEach(KeyEngine::close);
    if (token != null) {
      token.close();
    }
  }

  @Test
  void oaep() throws IOException {
    run("rsa_oaep_*_test.json", "msg", (engine, group, vector) -> {
      String digest = group.path("sha").asString();
      EncryptionAlgorithm algorithm = digest.equals("SHA-1") ? EncryptionAlgorithm.RSA_OAEP
          : digest.equals("SHA-256") ? EncryptionAlgorithm.RSA_OAEP_256 : null;
      boolean labelled = !vector.path("label").asString().isEmpty() && vector.path("result").asString().equals("valid");
      if (algorithm == null || labelled || !group.path("mgfSha").asString().equals(digest)) {
        return null;
      }
      return rsa(engine, algorithm, group, vector);
    });
  }

  /** Longer keys cost seconds to import; the first of a file will do. With -Dkeyhaven.vectors=all, each. */
  @Test
  void pkcs1() throws IOException {
    for (int bits : new int[] {2048, 3072, 4096}) {
      run("rsa_pkcs1_" + bits + "_test.json", "msg", (engine, group, vector) -> {
        boolean taken = ALL || bits == 2048 || vector.path("tcId").asInt() == 1
            || imported.get(engine.hsm()).containsKey(group.path("privateKeyPkcs8").asString());
        return taken ? rsa(engine, EncryptionAlgorithm.RSA1_5, group, vector) : null;
      });
    }
  }

  @ParameterizedTest
  @CsvSource({"aes_wrap_test.json,CKM_AES_KEY_WRAP", "aes_kwp_test.json,CKM_AES_KEY_WRAP_PAD"})
  void keyWrap(String file, EncryptionAlgorithm algorithm) throws IOException {
    run(file, "msg", (engine, group, vector) -> aes(engine, algorithm, vector, Ciphertext.of(hex(vector, "ct")), null));
    // The other way round, where the modes leave no choice.
    run(file, "ct", (engine, group, vector) -> vector.path("result").asString().equals("valid")
        ? encrypted(engine, algorithm, vector, null) : null);
  }

  @Test
  void gcm() throws IOException {
    run("aes_gcm_test.json", "msg", (engine, group, vector) -> aes(engine, sized("GCM", vector), vector,
        new Ciphertext(hex(vector, "ct"), hex(vector, "iv"), hex(vector, "tag")), hex(vector, "aad")));
  }

  @Test
  void cbc() throws IOException {
    run("aes_cbc_pkcs5_test.json", "msg", (engine, group, vector) ->
        aes(engine, sized("CBCPAD", vector), vector, new Ciphertext(hex(vector, "ct"), hex(vector, "iv"), null), null));
    run("aes_cbc_pkcs5_test.json", "ct", (engine, group, vector) -> vector.path("result").asString().equals("valid")
        ? encrypted(engine, sized("CBCPAD", vector), vector, hex(vector, "iv")) : null);
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 384, 512})
  void hmac(int bits) throws IOException {
    SignatureAlgorithm algorithm = SignatureAlgorithm.fromWire("HS" + bits);
    run("hmac_sha" + bits + "_test.json", "msg", (engine, group, vector) -> {
      byte[] octets = hex(vector, "key");
      boolean truncated = group.path("tagSize").asInt() != bits;
      boolean empty = vector.path("msg").asString().isEmpty();
      if (truncated || empty || octets.length < 16 || !engine.supports(new KeySpec.Oct(8 * octets.length), algorithm)
          || !engine.supports(new KeySpec.Oct(8 * octets.length))) {
        return null;
      }
      SealedKey key = engine.importKey("mac", new ClearKey.Oct(octets), false).sealed();
      return engine.verifyMac(key, algorithm, hex(vector, "msg"), hex(vector, "tag")) ? Optional.of(hex(vector, "msg"))
          : Optional.empty();
    });
  }

  private Optional<byte[]> rsa(KeyEngine engine, EncryptionAlgorithm algorithm, JsonNode group, JsonNode vector) {
    ClearKey key = Pkcs8.parse(hex(group, "privateKeyPkcs8"), KeyType.Family.RSA);
    int bits = ClearKeyCheck.number(((ClearKey.Rsa) key).n()).bitLength();
    if (bits != 2048 && bits != 3072 && bits != 4096) {
      return null;
    }
    SealedKey sealed = imported.get(engine.hsm())
        .computeIfAbsent(group.path("privateKeyPkcs8").asString(), name -> engine.importKey("rsa", key, false).sealed());
    return opened(() -> engine.decrypt(sealed, algorithm, Ciphertext.of(hex(vector, "ct")), null));
  }

  private static Optional<byte[]> aes(KeyEngine engine, EncryptionAlgorithm algorithm, JsonNode vector, Ciphertext ciphertext,
      byte[] aad) {
    boolean foreignIv = ciphertext.tag() != null && ciphertext.iv().length != 12;
    boolean empty = ciphertext.tag() != null && ciphertext.value().length == 0;
    if (foreignIv || empty || !engine.supports(algorithm)) {
      return null;
    }
    SealedKey key = engine.importKey("aes", new ClearKey.Oct(hex(vector, "key")), false).sealed();
    return opened(() -> engine.decrypt(key, algorithm, ciphertext, aad));
  }

  private static Optional<byte[]> encrypted(KeyEngine engine, EncryptionAlgorithm algorithm, JsonNode vector, byte[] iv) {
    byte[] plain = hex(vector, "msg");
    if (plain.length == 0) {
      return null;
    }
    SealedKey key = engine.importKey("aes", new ClearKey.Oct(hex(vector, "key")), false).sealed();
    return opened(() -> engine.encrypt(key, algorithm, plain, iv, null).value());
  }

  private static EncryptionAlgorithm sized(String mode, JsonNode vector) {
    return EncryptionAlgorithm.fromWire("A" + 8 * hex(vector, "key").length + mode);
  }

  private static Optional<byte[]> opened(Supplier<byte[]> call) {
    try {
      return Optional.of(call.get());
    } catch (ApiError e) {
      assertThat(e.status()).as(e.getMessage()).isEqualTo(400);
      return Optional.empty();
    }
  }

  /** @param expected the member with what a valid vector gives */
  private void run(String files, String expected, Attempt attempt) throws IOException {
    for (KeyEngine engine : engines) {
      Count count = new Count();
      try (DirectoryStream<Path> matching = Files.newDirectoryStream(vectors, files)) {
        for (Path file : matching) {
          JsonNode root = JSON.readTree(Files.readAllBytes(file));
          root.path("testGroups").forEach(group -> group.path("tests").forEach(vector ->
              check(file, expected, engine, group, vector, attempt, count)));
        }
      }
      System.out.printf("Wycheproof %s -> %s, %s: %d run, %d not taken%n", files, expected,
          engine.hsm() ? "SoftHSM" : engine == engines.get(0) ? "software" : "software (JDK alone)", count.run, count.notTaken);
      assertThat(count.run).as(files).isPositive();
    }
  }

  private static void check(Path file, String expected, KeyEngine engine, JsonNode group, JsonNode vector, Attempt attempt,
      Count count) {
    Optional<byte[]> result = attempt.at(engine, group, vector);
    if (result == null) {
      count.notTaken++;
      return;
    }
    count.run++;
    String name = file.getFileName() + " " + vector.path("tcId").asInt() + " " + vector.path("comment").asString();
    switch (vector.path("result").asString()) {
      case "valid" -> assertThat(result).as(name).hasValueSatisfying(bytes ->
          assertThat(Arrays.equals(bytes, hex(vector, expected))).as(name).isTrue());
      case "invalid" -> assertThat(result).as(name).isEmpty();
      default -> result.ifPresent(bytes -> assertThat(bytes).as(name).isEqualTo(hex(vector, expected)));
    }
  }

  private static byte[] hex(JsonNode node, String member) {
    return HEX.parseHex(node.path(member).asString());
  }
}
