package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.keyhaven.server.keys.KeysApi.base64;
import static org.keyhaven.server.keys.KeysApi.bytes;
import static org.keyhaven.server.keys.KeysApi.ok;
import static org.keyhaven.server.keys.KeysApi.refused;
import static org.keyhaven.server.keys.KeysApi.version;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.http.TestServer;
import org.keyhaven.server.http.TestServer.Client;
import org.keyhaven.server.http.TestServer.Reply;
import org.keyhaven.server.vaults.VaultKind;
import tools.jackson.databind.JsonNode;

/** The keys API over the real HTTP server. */
class KeyRoutesTest {
  private static final byte[] MESSAGE = "to be signed".getBytes(StandardCharsets.UTF_8);
  private static final long NOW = Instant.now().getEpochSecond();
  private static TestServer server;
  private static Client client;

  @BeforeAll
  static void start(@TempDir Path directory) {
    server = TestServer.start(directory, database -> new KeyRoutes(database, Clock.systemUTC()).routes());
    client = server.client();
    ok(client.post("/keys/shared-rsa/create", "{\"kty\":\"RSA\"}"));
    for (KeyCurve curve : KeyCurve.values()) {
      ok(client.post("/keys/shared-" + curve.standardName() + "/create", "{\"kty\":\"EC\",\"crv\":\"" + curve + "\"}"));
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode create(String name, String body) {
    return ok(client.post("/keys/" + name + "/create", body));
  }

  private static byte[] digest(String name) throws GeneralSecurityException {
    return MessageDigest.getInstance(name).digest(MESSAGE);
  }

  private static String signBody(String algorithm, byte[] digest) {
    return "{\"alg\":\"" + algorithm + "\",\"value\":\"" + base64(digest) + "\"}";
  }

  private static String es256() {
    return signBody("ES256", new byte[32]);
  }

  @Test
  void createAnswersTheWholeBundleWithDefaults() {
    JsonNode bundle = create("whole", "{\"kty\":\"RSA\",\"tags\":{\"a\":\"1\"},\"unknown\":{\"x\":1}}");
    assertThat(bundle.path("key").path("kid").asString()).matches(client.base() + "/keys/whole/[0-9a-f]{32}");
    assertThat(bundle.path("key").path("kty").asString()).isEqualTo("RSA");
    assertThat(bundle.path("key").path("key_ops").toString())
        .isEqualTo("[\"encrypt\",\"decrypt\",\"sign\",\"verify\",\"wrapKey\",\"unwrapKey\"]");
    assertThat(bytes(bundle.path("key").path("n"))).hasSize(256);
    assertThat(bytes(bundle.path("key").path("e"))).containsExactly(1, 0, 1);
    JsonNode attributes = bundle.path("attributes");
    assertThat(attributes.path("enabled").asBoolean()).isTrue();
    assertThat(attributes.path("created").asLong()).isBetween(NOW, NOW + 600).isEqualTo(attributes.path("updated").asLong());
    assertThat(attributes.path("recoveryLevel").asString()).isEqualTo("Recoverable+Purgeable");
    assertThat(attributes.path("recoverableDays").asInt()).isEqualTo(90);
    assertThat(attributes.path("exportable").asBoolean()).isFalse();
    assertThat(attributes.path("hsmPlatform").asString()).isEqualTo("0");
    assertThat(bundle.path("tags").toString()).isEqualTo("{\"a\":\"1\"}");
    assertThat(bundle.has("managed")).isFalse();
    assertThat(ok(client.get("/keys/whole"))).isEqualTo(bundle);
    assertThat(ok(client.get("/keys/whole/" + version(bundle)))).isEqualTo(bundle);
  }

  @ParameterizedTest
  @CsvSource({"VAULT,RSA,RSA", "VAULT,RSA-HSM,RSA-HSM", "VAULT,EC,EC", "VAULT,EC-HSM,EC-HSM", "MANAGED_HSM,RSA-HSM,RSA-HSM",
      "MANAGED_HSM,EC-HSM,EC-HSM", "MANAGED_HSM,EC,EC-HSM", "MANAGED_HSM,RSA,RSA-HSM"})
  void eachKindOfVaultMakesItsTypes(VaultKind kind, String asked, String made) {
    JsonNode key = ok(client.in(kind).post("/keys/types-" + asked + "/create", "{\"kty\":\"" + asked + "\"}"));
    assertThat(key.path("key").path("kty").asString()).isEqualTo(made);
    assertThat(key.path("attributes").path("hsmPlatform").asString()).isEqualTo(made.endsWith("-HSM") ? "2" : "0");
  }

  @ParameterizedTest
  @EnumSource(KeyCurve.class)
  void coordinatesHaveTheCurvesFullLength(KeyCurve curve) {
    JsonNode key = ok(client.get("/keys/shared-" + curve.standardName())).path("key");
    assertThat(key.path("crv").asString()).isEqualTo(curve.wireName());
    assertThat(key.path("key_ops").toString()).isEqualTo("[\"sign\",\"verify\"]");
    assertThat(bytes(key.path("x"))).hasSize(curve.coordinateBytes());
    assertThat(bytes(key.path("y"))).hasSize(curve.coordinateBytes());
  }

  @ParameterizedTest
  @EnumSource(value = SignatureAlgorithm.class, names = "HS.*", mode = EnumSource.Mode.MATCH_NONE)
  void whatIsSignedVerifiesHereAndIndependentlyAndNothingElseDoes(SignatureAlgorithm algorithm) throws Exception {
    String name = algorithm.curve() == null ? "shared-rsa" : "shared-" + algorithm.curve().standardName();
    byte[] digest = algorithm.hash() == null ? MESSAGE : digest(algorithm.hash().digestName());
    JsonNode key = ok(client.get("/keys/" + name)).path("key");
    JsonNode result = ok(client.post("/keys/" + name + "/sign", signBody(algorithm.wireName(), digest)));
    assertThat(result.path("kid")).isEqualTo(key.path("kid"));
    byte[] signature = bytes(result.path("value"));
    assertThat(signature).hasSize(algorithm.curve() == null ? 256 : 2 * algorithm.curve().coordinateBytes());
    assertThat(independently(key, algorithm, signature)).isTrue();
    assertThat(verified(name, algorithm, digest, signature)).isTrue();
    byte[] wrongSignature = signature.clone();
    wrongSignature[signature.length - 1] ^= 1;
    assertThat(verified(name, algorithm, digest, wrongSignature)).isFalse();
    byte[] wrongDigest = digest.clone();
    wrongDigest[0] ^= 1;
    assertThat(verified(name, algorithm, wrongDigest, signature)).isFalse();
    assertThat(verified(name, algorithm, digest, new byte[0])).isFalse();
    assertThat(verified(name, algorithm, digest, new byte[5000])).isFalse();
    assertThat(verified(name, algorithm, digest, new byte[signature.length])).isFalse();
  }

  private static boolean verified(String name, SignatureAlgorithm algorithm, byte[] digest, byte[] signature) {
    return ok(client.post("/keys/" + name + "/verify", "{\"alg\":\"" + algorithm + "\",\"digest\":\"" + base64(digest)
        + "\",\"value\":\"" + base64(signature) + "\"}")).path("value").asBoolean();
  }

  private static boolean independently(JsonNode key, SignatureAlgorithm algorithm, byte[] signature) throws Exception {
    BouncyCastleProvider bc = new BouncyCastleProvider();
    PublicKey publicKey;
    Signature verifier;
    if (algorithm.curve() == null) {
      publicKey = KeyFactory.getInstance("RSA").generatePublic(
          new RSAPublicKeySpec(new BigInteger(1, bytes(key.path("n"))), new BigInteger(1, bytes(key.path("e")))));
      verifier = switch (algorithm.scheme()) {
        case RSA_PSS -> Signature.getInstance("RSASSA-PSS");
        default -> algorithm.hash() == null ? Signature.getInstance("NONEwithRSA", bc)
            : Signature.getInstance(algorithm.hash().signaturePrefix() + "withRSA");
      };
      if (algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS) {
        String hash = algorithm.hash().digestName();
        verifier.setParameter(new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), algorithm.hash().bytes(), 1));
      }
    } else {
      var parameters = java.security.AlgorithmParameters.getInstance("EC", bc);
      parameters.init(new ECGenParameterSpec(algorithm.curve().standardName()));
      publicKey = KeyFactory.getInstance("EC", bc).generatePublic(new ECPublicKeySpec(
          new ECPoint(new BigInteger(1, bytes(key.path("x"))), new BigInteger(1, bytes(key.path("y")))),
          parameters.getParameterSpec(ECParameterSpec.class)));
      verifier = Signature.getInstance(algorithm.hash().signaturePrefix() + "WITHPLAIN-ECDSA", bc);
    }
    verifier.initVerify(publicKey);
    verifier.update(MESSAGE);
    return verifier.verify(signature);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "{}", "{\"kty\":\"oct\"}", "{\"kty\":\"oct-HSM\"}", "{\"kty\":\"DSA\"}", "{\"kty\":5}",
          "{\"kty\":\"RSA\",\"key_size\":1024}",
      "{\"kty\":\"RSA\",\"key_size\":2049}", "{\"kty\":\"RSA\",\"key_size\":\"2048\"}",
      "{\"kty\":\"RSA\",\"key_size\":99999999999}",
      "{\"kty\":\"RSA\",\"public_exponent\":4}", "{\"kty\":\"RSA\",\"public_exponent\":1}",
      "{\"kty\":\"EC\",\"crv\":\"P-224\"}",
      "{\"kty\":\"EC\",\"key_ops\":[\"encrypt\"]}", "{\"kty\":\"RSA\",\"key_ops\":[\"fly\"]}",
      "{\"kty\":\"RSA\",\"key_ops\":[null]}",
      "{\"kty\":\"RSA\",\"key_ops\":\"sign\"}", "{\"kty\":\"EC\",\"attributes\":{\"enabled\":\"yes\"}}",
      "{\"kty\":\"EC\",\"attributes\":{\"nbf\":20,\"exp\":10}}", "{\"kty\":\"EC\",\"attributes\":{\"exp\":-1}}",
      "{\"kty\":\"EC\",\"attributes\":{\"exp\":1e99}}", "{\"kty\":\"EC\",\"attributes\":{\"exportable\":true}}",
      "{\"kty\":\"EC\",\"attributes\":[]}", "{\"kty\":\"EC\",\"tags\":{\"a\":null}}", "{\"kty\":\"EC\",\"tags\":{\"a\":{}}}",
      "{\"kty\":\"EC\",\"tags\":[]}"})
  void whatCannotBeMadeIsABadParameterAndLeavesNothing(String body) {
    Reply reply = client.post("/keys/never/create", body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.errorCode()).isEqualTo("BadParameter");
    refused(client.get("/keys/never"), 404, "KeyNotFound", "");
  }

  @Test
  void tagsAndNamesHaveLimits() {
    StringBuilder tags = new StringBuilder();
    for (int i = 0; i < 15; i++) {
      tags.append(i == 0 ? "" : ",").append("\"t").append(i).append("\":\"").append("v".repeat(256)).append('"');
    }
    create("tags", "{\"kty\":\"EC\",\"tags\":{" + tags + "}}");
    refused(client.post("/keys/tags/create", "{\"kty\":\"EC\",\"tags\":{" + tags + ",\"one\":\"more\"}}"), 400,
        "BadParameter", "");
    refused(client.post("/keys/tags/create", "{\"kty\":\"EC\",\"tags\":{\"a\":\"" + "v".repeat(257) + "\"}}"), 400,
        "BadParameter", "");
    create("n".repeat(127), "{\"kty\":\"EC\"}");
    for (String bad : new String[] {"n".repeat(128), "a_b", "a.b", "a%20b", "%C3%A4"}) {
      refused(client.post("/keys/" + bad + "/create", "{\"kty\":\"EC\"}"), 400, "BadParameter", "");
    }
    refused(client.get("/keys/tags/xyz"), 400, "BadParameter", "");
  }

  @Test
  void namesAreEqualWhateverTheirCase() {
    JsonNode first = create("CaseName", "{\"kty\":\"EC\"}");
    JsonNode second = create("casename", "{\"kty\":\"EC\"}");
    assertThat(second.path("key").path("kid").asString()).contains("/keys/CaseName/");
    assertThat(ok(client.get("/keys/CASENAME"))).isEqualTo(second);
    assertThat(ok(client.get("/keys/CASENAME/" + version(first).toUpperCase(java.util.Locale.ROOT)))).isEqualTo(first);
  }

  @Test
  void withoutAnHsmItsTypesAreRefusedWithTheReason(@TempDir Path directory) {
    try (TestServer bare = TestServer.startWithoutHsm(directory, db -> new KeyRoutes(db, Clock.systemUTC()).routes())) {
      Reply reply = bare.client().post("/keys/a/create", "{\"kty\":\"RSA-HSM\"}");
      refused(reply, 400, "BadParameter", "KeyTypeNotSupported");
      assertThat(reply.text()).contains("without one", "PKCS#11");
      refused(bare.client().in(VaultKind.MANAGED_HSM).post("/keys/a/create", "{\"kty\":\"EC\"}"), 400, "BadParameter",
          "KeyTypeNotSupported");
      ok(bare.client().post("/keys/a/create", "{\"kty\":\"EC\"}"));
    }
  }

  @Test
  void aNewVersionBecomesTheLatestAndTheOldOneStays() {
    JsonNode first = create("versions", "{\"kty\":\"EC\"}");
    JsonNode second = create("versions", "{\"kty\":\"EC\",\"attributes\":{\"enabled\":false}}");
    assertThat(ok(client.get("/keys/versions/"))).isEqualTo(second);
    assertThat(ok(client.get("/keys/versions/" + version(first)))).isEqualTo(first);
    JsonNode listed = ok(client.get("/keys/versions/versions")).path("value");
    assertThat(Stream.of(listed.get(0), listed.get(1)).map(item -> item.path("kid").asString()))
        .containsExactlyInAnyOrder(first.path("key").path("kid").asString(), second.path("key").path("kid").asString());
    ok(client.post("/keys/versions/" + version(first) + "/sign", es256()));
    refused(client.post("/keys/versions/sign", es256()), 403, "Forbidden", "KeyDisabled");
    refused(client.get("/keys/versions/" + "0".repeat(32)), 404, "KeyNotFound", "");
    assertThat(ok(client.get("/keys/no-such-key/versions")).path("value").size()).isZero();
  }

  @Test
  void updateChangesWhatIsGivenAndNothingElse() {
    JsonNode before = create("update", "{\"kty\":\"EC\",\"tags\":{\"a\":\"1\"},\"attributes\":{\"exp\":" + (NOW + 1000)
        + "}}");
    JsonNode after = ok(client.patch("/keys/update", "{\"key_ops\":[\"verify\"]}"));
    assertThat(after.path("key").path("key_ops").toString()).isEqualTo("[\"verify\"]");
    assertThat(after.path("tags")).isEqualTo(before.path("tags"));
    assertThat(after.path("attributes").path("exp")).isEqualTo(before.path("attributes").path("exp"));
    assertThat(after.path("key").path("kid")).isEqualTo(before.path("key").path("kid"));
    refused(client.post("/keys/update/sign", es256()), 403, "Forbidden", "KeyOperationForbidden");
    after = ok(client.patch("/keys/update/" + version(before), "{\"tags\":{},\"attributes\":{\"enabled\":false}}"));
    assertThat(after.has("tags")).isFalse();
    assertThat(after.path("attributes").path("enabled").asBoolean()).isFalse();
    assertThat(ok(client.get("/keys/update"))).isEqualTo(after);
    refused(client.patch("/keys/update", "{\"key_ops\":[\"encrypt\"]}"), 400, "BadParameter", "");
    refused(client.patch("/keys/update", "{\"attributes\":{\"nbf\":" + (NOW + 2000) + "}}"), 400, "BadParameter", "");
    refused(client.patch("/keys/no-such-key", "{}"), 404, "KeyNotFound", "");
    assertThat(ok(client.send("POST", "/keys/update?api-version=7.1", Map.of("X-HTTP-METHOD", "PATCH"),
        "{\"attributes\":{\"enabled\":true}}")).path("attributes").path("enabled").asBoolean()).isTrue();
  }

  @Test
  void outsideItsTimesAKeyOnlyVerifiesAndDisabledItDoesNothing() {
    String verify = "{\"alg\":\"ES256\",\"digest\":\"" + base64(new byte[32]) + "\",\"value\":\"" + base64(new byte[64])
        + "\"}";
    create("future", "{\"kty\":\"EC\",\"attributes\":{\"nbf\":" + (NOW + 1000) + "}}");
    refused(client.post("/keys/future/sign", es256()), 403, "Forbidden", "KeyNotYetValid");
    ok(client.post("/keys/future/verify", verify));
    create("past", "{\"kty\":\"EC\",\"attributes\":{\"exp\":" + (NOW - 1000) + "}}");
    refused(client.post("/keys/past/sign", es256()), 403, "Forbidden", "KeyExpired");
    ok(client.post("/keys/past/verify", verify));
    create("disabled", "{\"kty\":\"EC\",\"attributes\":{\"enabled\":false}}");
    refused(client.post("/keys/disabled/sign", es256()), 403, "Forbidden", "KeyDisabled");
    refused(client.post("/keys/disabled/verify", verify), 403, "Forbidden", "KeyDisabled");
    ok(client.get("/keys/disabled"));
    create("no-ops", "{\"kty\":\"EC\",\"key_ops\":[\"sign\"]}");
    refused(client.post("/keys/no-ops/verify", verify), 403, "Forbidden", "KeyOperationForbidden");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "shared-rsa|ES256|32", "shared-secp256r1|RS256|32", "shared-secp256r1|ES384|48", "shared-secp256r1|ES256K|32",
      "shared-secp256k1|ES256|32", "shared-rsa|RS256|31", "shared-rsa|RS256|33", "shared-rsa|RS256|0", "shared-rsa|PS512|32",
      "shared-rsa|RSNULL|0", "shared-rsa|RSNULL|246", "shared-secp521r1|ES512|66", "shared-rsa|XX|32",
      "shared-rsa|HS256|32"})
  void whatAKeyCannotSignIsABadParameter(String name, String algorithm, int bytes) {
    refused(client.post("/keys/" + name + "/sign", signBody(algorithm, new byte[bytes])), 400, "BadParameter", "");
    refused(client.post("/keys/" + name + "/verify", "{\"alg\":\"" + algorithm + "\",\"digest\":\"" + base64(new byte[bytes])
        + "\",\"value\":\"AAAA\"}"), 400, "BadParameter", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"alg\":\"RS256\"}", "{\"value\":\"AAAA\"}", "{\"alg\":null,\"value\":null}",
      "{\"alg\":\"RS256\",\"value\":[]}"})
  void signNeedsAlgorithmAndValue(String body) {
    refused(client.post("/keys/shared-rsa/sign", body), 400, "BadParameter", "");
    refused(client.post("/keys/shared-rsa/verify", body), 400, "BadParameter", "");
    refused(client.post("/keys/no-such-key/sign", signBody("RS256", new byte[32])), 404, "KeyNotFound", "");
  }

  @Test
  void aDeletedKeyIsGoneUntilRecoveredAndItsNameIsTaken() {
    JsonNode first = create("life", "{\"kty\":\"EC\"}");
    JsonNode second = create("life", "{\"kty\":\"EC\"}");
    refused(client.get("/deletedkeys/life"), 404, "KeyNotFound", "");
    refused(client.post("/deletedkeys/life/recover", ""), 404, "KeyNotFound", "");
    JsonNode deleted = ok(client.delete("/keys/life"));
    assertThat(deleted.path("recoveryId").asString()).isEqualTo(client.base() + "/deletedkeys/life");
    assertThat(deleted.path("scheduledPurgeDate").asLong() - deleted.path("deletedDate").asLong()).isEqualTo(90L * 86400);
    assertThat(deleted.path("key")).isEqualTo(second.path("key"));
    for (Reply reply : List.of(client.get("/keys/life"), client.get("/keys/life/" + version(first)),
        client.delete("/keys/life"),
        client.post("/keys/life/sign", es256()), client.post("/keys/life/" + version(first) + "/sign", es256()),
        client.patch("/keys/life", "{}"))) {
      refused(reply, 404, "KeyNotFound", "");
    }
    refused(client.post("/keys/LIFE/create", "{\"kty\":\"EC\"}"), 409, "Conflict", "ObjectIsDeletedButRecoverable");
    assertThat(ok(client.get("/deletedkeys/life"))).isEqualTo(deleted);
    assertThat(ok(client.get("/deletedkeys")).path("value").toString()).contains(client.base() + "/deletedkeys/life");
    assertThat(ok(client.post("/deletedkeys/life/recover", "")).path("key")).isEqualTo(second.path("key"));
    assertThat(ok(client.get("/keys/life"))).isEqualTo(second);
    assertThat(ok(client.get("/keys/life/" + version(first)))).isEqualTo(first);
    ok(client.delete("/keys/life"));
    assertThat(client.delete("/deletedkeys/life").status()).isEqualTo(204);
    refused(client.get("/deletedkeys/life"), 404, "KeyNotFound", "");
    create("life", "{\"kty\":\"EC\"}");
    assertThat(ok(client.get("/keys/life/versions")).path("value").size()).isEqualTo(1);
  }

  @Test
  void purgeProtectionForbidsPurging() {
    Client other = client.host("other.vault.localhost");
    ok(other.post("/keys/kept/create", "{\"kty\":\"EC\"}"));
    JsonNode deleted = ok(other.delete("/keys/kept"));
    assertThat(deleted.path("attributes").path("recoveryLevel").asString()).isEqualTo("CustomizedRecoverable");
    assertThat(other.delete("/deletedkeys/kept").status()).isEqualTo(403);
    ok(other.post("/deletedkeys/kept/recover", ""));
  }

  @Test
  void vaultsDoNotSeeEachOthersKeys() {
    create("mine", "{\"kty\":\"EC\"}");
    refused(client.host("other.vault.localhost").get("/keys/mine"), 404, "KeyNotFound", "");
    refused(client.in(VaultKind.MANAGED_HSM).get("/keys/mine"), 404, "KeyNotFound", "");
  }

  @Test
  void aReaderReadsAndNoMore() {
    Client reader = client.as("Bearer reader");
    ok(reader.get("/keys/shared-rsa"));
    ok(reader.get("/keys"));
    for (Reply reply : List.of(reader.post("/keys/shared-rsa/sign", "{"), reader.post("/keys/x/create", "{"),
        reader.patch("/keys/shared-rsa", "{"), reader.delete("/keys/shared-rsa"), reader.post("/deletedkeys/x/recover", ""),
        reader.delete("/deletedkeys/x"), reader.post("/keys/shared-rsa/verify", "{"))) {
      refused(reply, 403, "Forbidden", "ForbiddenByPolicy");
    }
  }

  @Test
  void pagesAreCompleteAndStableWhileKeysComeAndGo() {
    Client other = client.host("other.vault.localhost");
    Set<String> stable = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      String name = "page-" + (char) ('a' + i % 26) + i;
      ok(other.post("/keys/" + name + "/create", "{\"kty\":\"EC\"}"));
      stable.add(name);
    }
    List<String> seen = new ArrayList<>();
    String next = "/keys?api-version=7.4&maxresults=4";
    for (int page = 0; next != null; page++) {
      JsonNode body = ok(other.send("GET", next, Map.of(), null));
      body.path("value").forEach(item -> seen.add(item.path("kid").asString().replaceAll(".*/", "")));
      assertThat(body.path("value").size()).isLessThanOrEqualTo(4);
      String link = body.path("nextLink").asString(null);
      assertThat(link == null || link.startsWith(other.base() + "/keys?")).isTrue();
      next = link == null ? null : link.substring(other.base().length());
      ok(other.post("/keys/page-" + (char) ('z' - page) + "-new" + page + "/create", "{\"kty\":\"EC\"}"));
      if (page > 0) {
        ok(other.delete("/keys/page-" + (char) ('z' - page + 1) + "-new" + (page - 1)));
      }
    }
    assertThat(seen).doesNotHaveDuplicates().containsAll(stable);
  }

  @ParameterizedTest
  @ValueSource(strings = {"maxresults=0", "maxresults=26", "maxresults=-1", "maxresults=x", "maxresults=", "$skiptoken=!!!",
      "maxresults=99999999999"})
  void badPagingIsABadParameter(String query) {
    refused(client.get("/keys?" + query), 400, "BadParameter", "");
    refused(client.get("/deletedkeys?" + query), 400, "BadParameter", "");
    refused(client.get("/keys/shared-rsa/versions?" + query), 400, "BadParameter", "");
  }

  static Stream<String> keyRoutes() {
    return Stream.of("POST /keys/fuzz/create", "PATCH /keys/shared-rsa", "POST /keys/shared-rsa/sign",
        "POST /keys/shared-rsa/verify",
        "POST /deletedkeys/fuzz/recover");
  }

  @ParameterizedTest
  @MethodSource("keyRoutes")
  void randomBodiesNeverMakeItFail(String route) {
    Random random = new Random(route.hashCode());
    String[] pieces = {"{", "}", "[", "]", ":", ",", "\"kty\"", "\"RSA\"", "\"alg\"", "\"RS256\"", "\"value\"", "\"AAAA\"",
        "null",
        "true", "-1", "1e400", "99999999999999999999", "\"attributes\"", "\"tags\"", "\"key_ops\"", "\"\\ud800\"", "\"é\"",
        "\u0000"};
    for (int i = 0; i < 40; i++) {
      StringBuilder body = new StringBuilder(random.nextBoolean() ? "{" : "");
      for (int n = random.nextInt(12); n >= 0; n--) {
        body.append(pieces[random.nextInt(pieces.length)]);
      }
      String[] parts = route.split(" ");
      Reply reply = client.send(parts[0], parts[1] + "?api-version=7.4", Map.of(), body.toString());
      assertThat(reply.status()).as("%s %s", body, reply.text()).isLessThan(500);
      assertThat(reply.json().isObject()).isTrue();
    }
  }

  @Test
  void whatChangesAKeyInUseCountsFromTheNextUse() throws GeneralSecurityException {
    create("in-use", "{\"kty\":\"EC\"}");
    KeysApi keys = new KeysApi(client);
    byte[] digest = digest("SHA-256");
    ok(keys.run("in-use", "sign", "ES256", digest, ""));
    ok(client.patch("/keys/in-use", "{\"attributes\":{\"enabled\":false}}"));
    refused(keys.run("in-use", "sign", "ES256", digest, ""), 403, "Forbidden", "KeyDisabled");
    ok(client.patch("/keys/in-use", "{\"attributes\":{\"enabled\":true},\"key_ops\":[\"verify\"]}"));
    refused(keys.run("in-use", "sign", "ES256", digest, ""), 403, "Forbidden", "KeyOperationForbidden");
    ok(client.patch("/keys/in-use", "{\"key_ops\":[\"sign\"]}"));
    ok(keys.run("in-use", "sign", "ES256", digest, ""));

    server.database().write(handle -> handle.execute("UPDATE object_version SET exp = 4102444800 WHERE name = 'in-use'"));
    refused(keys.run("in-use", "sign", "ES256", digest, ""), 500, "InternalServerError", "");
    server.database().write(handle -> handle.execute("UPDATE object_version SET exp = NULL WHERE name = 'in-use'"));
    ok(keys.run("in-use", "sign", "ES256", digest, ""));
    ok(client.delete("/keys/in-use"));
    refused(keys.run("in-use", "sign", "ES256", digest, ""), 404, "KeyNotFound", "");
  }
}
