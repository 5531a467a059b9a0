package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.keyhaven.server.keys.KeysApi.badParameter;
import static org.keyhaven.server.keys.KeysApi.bytes;
import static org.keyhaven.server.keys.KeysApi.member;
import static org.keyhaven.server.keys.KeysApi.ok;
import static org.keyhaven.server.keys.KeysApi.refused;
import static org.keyhaven.server.keys.TransferBlobs.blob;
import static org.keyhaven.server.keys.TransferBlobs.wrapped;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.http.TestServer;
import org.keyhaven.server.http.TestServer.Reply;
import org.keyhaven.server.vaults.VaultKind;
import tools.jackson.databind.JsonNode;

/** PUT /keys/NAME: keys made elsewhere, in the clear and wrapped for the HSM. */
class KeyImportTest {
  private static final byte[] MESSAGE = "signed with a key from elsewhere".getBytes(StandardCharsets.UTF_8);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static TestServer server;
  private static KeysApi vault;
  private static KeysApi managedHsm;

  @BeforeAll
  static void start(@TempDir Path directory) {
    server = TestServer.start(directory, database -> new KeyRoutes(database, Clock.systemUTC()).routes());
    vault = new KeysApi(server.client());
    managedHsm = new KeysApi(server.client().in(VaultKind.MANAGED_HSM));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static KeysApi in(VaultKind kind) {
    return kind == VaultKind.VAULT ? vault : managedHsm;
  }

  private static byte[] digest(String name) throws GeneralSecurityException {
    return MessageDigest.getInstance(name).digest(MESSAGE);
  }

  @ParameterizedTest
  @CsvSource({"VAULT,RSA,false,RSA", "VAULT,RSA,true,RSA-HSM", "VAULT,RSA-HSM,false,RSA-HSM",
      "MANAGED_HSM,RSA,false,RSA-HSM"})
  void anRsaKeySignsAsItDidBefore(VaultKind kind, String kty, boolean hsm, String made) throws Exception {
    String name = "rsa-" + kty + hsm;
    JsonNode bundle = in(kind).importKey(name, LocalKeys.rsaJwk(kty, LocalKeys.rsa().getPrivate(), ""),
        ",\"Hsm\":" + hsm + ",\"tags\":{\"from\":\"elsewhere\"},\"attributes\":{\"exp\":4102444800}");
    assertThat(bundle.path("key").path("kty").asString()).isEqualTo(made);
    assertThat(bytes(bundle.path("key").path("n")))
        .isEqualTo(LocalKeys.unsigned(((RSAPublicKey) LocalKeys.rsa().getPublic()).getModulus()));
    assertThat(bundle.path("tags").path("from").asString()).isEqualTo("elsewhere");
    assertThat(bundle.path("attributes").path("exp").asLong()).isEqualTo(4102444800L);
    assertThat(bundle.toString()).doesNotContain("\"d\":", "\"p\":", "\"qi\":", "key_hsm");
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(LocalKeys.rsa().getPublic());
    verifier.update(MESSAGE);
    assertThat(verifier.verify(in(kind).done(name, "sign", "RS256", digest("SHA-256"), ""))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(value = SignatureAlgorithm.class, names = "ES.*", mode = EnumSource.Mode.MATCH_ALL)
  void anEcKeySignsAsItDidBefore(SignatureAlgorithm algorithm) throws Exception {
    KeyCurve curve = algorithm.curve();
    for (String kty : new String[] {"EC", "EC-HSM"}) {
      String name = "ec-" + kty + "-" + curve.standardName();
      vault.importKey(name, LocalKeys.ecJwk(kty, curve, ",\"key_ops\":[\"sign\"]"), "");
      byte[] signature = vault.done(name, "sign", algorithm.wireName(), digest(algorithm.hash().digestName()), "");
      assertThat(LocalKeys.ecdsaVerifies(LocalKeys.ec(curve).getPublic(), algorithm.hash().signaturePrefix(), MESSAGE,
          signature)).isTrue();
      refused(vault.client().post("/keys/" + name + "/verify", "{}"), 403, "Forbidden", "KeyOperationForbidden");
    }
  }

  @Test
  void aSymmetricKeyIsTakenByAManagedHsmAloneAndNeverShown() throws Exception {
    byte[] octets = new byte[32];
    RANDOM.nextBytes(octets);
    for (String body : new String[] {LocalKeys.octJwk(octets, ""), LocalKeys.octJwk(octets, "").replace("oct-HSM", "oct")}) {
      refused(vault.put("oct", "{\"key\":" + body + "}"), 400, "BadParameter", "KeyTypeNotSupported");
      JsonNode bundle = managedHsm.importKey("oct", body, "");
      assertThat(bundle.path("key").toString()).doesNotContain("\"k\":");
      assertThat(bundle.path("key").path("key_ops").toString())
          .isEqualTo("[\"encrypt\",\"decrypt\",\"wrapKey\",\"unwrapKey\"]");
      JsonNode shown = ok(managedHsm.client().get("/keys/oct")).path("key");
      assertThat(shown.propertyNames()).containsExactlyInAnyOrder("kid", "kty", "key_ops");
      assertThat(shown.path("kty").asString()).isEqualTo("oct-HSM");
    }
    managedHsm.importKey("mac", LocalKeys.octJwk(octets, ",\"key_ops\":[\"sign\",\"verify\"]"), "");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(octets, "HmacSHA256"));
    assertThat(managedHsm.done("mac", "sign", "HS256", MESSAGE, "")).isEqualTo(mac.doFinal(MESSAGE));
  }

  @ParameterizedTest
  @CsvSource({"15, '16 to 512 bytes, not 15'", "513, '16 to 512 bytes, not 513'"})
  void aSymmetricKeyHas16To512Bytes(int bytes, String reason) {
    Reply reply = managedHsm.put("long", "{\"key\":" + LocalKeys.octJwk(new byte[bytes], "") + "}");
    badParameter(reply);
    assertThat(reply.text()).contains(reason);
  }

  @Test
  void importOnAnExistingNameMakesANewVersion() {
    JsonNode first = vault.create("again", "{\"kty\":\"EC\"}");
    JsonNode second = vault.importKey("again", LocalKeys.ecJwk("EC", KeyCurve.P_256, ""), "");
    assertThat(ok(vault.client().get("/keys/again"))).isEqualTo(second).isNotEqualTo(first);
    ok(vault.client().delete("/keys/again"));
    refused(vault.put("again", "{\"key\":" + LocalKeys.ecJwk("EC", KeyCurve.P_256, "") + "}"), 409, "Conflict",
        "ObjectIsDeletedButRecoverable");
  }

  @Test
  void postWithTheMethodHeaderStandsInForPut() {
    assertThat(vault.client().send("POST", "/keys/stand-in?api-version=7.4", Map.of("X-HTTP-METHOD", "PUT"),
        "{\"key\":" + LocalKeys.ecJwk("EC", KeyCurve.P_256, "") + "}").status()).isEqualTo(200);
    ok(vault.client().get("/keys/stand-in"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"key\":null}", "{\"key\":{}}", "{\"key\":{\"kty\":\"RSA\"}}",
      "{\"key\":{\"kty\":\"XX\"}}",
      "{\"key\":{\"kty\":\"RSA\",\"n\":5}}", "{\"key\":{\"kty\":\"RSA\",\"n\":\"****\"}}", "{\"key\":{\"kty\":\"EC\"}}",
      "{\"key\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\",\"d\":\"AAAA\"}}",
      "{\"key\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\",\"y\":\"\",\"d\":\"\"}}",
      "{\"key\":{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"d\":\"AQAB\",\"p\":\"AQAB\",\"q\":\"AQAB\",\"dp\":\"AQAB\","
          + "\"dq\":\"AQAB\",\"qi\":\"AQAB\"}}", "[]", "\"key\""})
  void whatIsNoKeyIsABadParameter(String body) {
    badParameter(vault.put("never", body));
    refused(vault.client().get("/keys/never"), 404, "KeyNotFound", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"n", "e", "d", "p", "q", "dp", "dq", "qi"})
  void anRsaKeyWhosePartsDoNotBelongTogetherIsABadParameter(String part) {
    String jwk = LocalKeys.rsaJwk("RSA", LocalKeys.rsa().getPrivate(), "");
    badParameter(vault.put("never", "{\"key\":" + jwk.replaceAll(",\"" + part + "\":\"[^\"]*\"", "") + "}"));
    badParameter(vault.put("never", "{\"key\":"
        + jwk.replaceAll("(,\"" + part + "\":\"[^\"]*)[^\"]{4}\"", "$1AAAB\"") + "}"));
  }

  @Test
  void anEcKeyOfAnotherPointIsABadParameter() {
    String jwk = LocalKeys.ecJwk("EC", KeyCurve.P_384, "");
    badParameter(vault.put("never", "{\"key\":" + jwk.replaceAll("(\"d\":\"[^\"]*)[^\"]{4}\"", "$1AAAB\"") + "}"));
    badParameter(vault.put("never", "{\"key\":" + jwk.replace("P-384", "P-256") + "}"));
  }

  private static RSAPublicKey keyExchangeKey(KeysApi api, String name) throws Exception {
    JsonNode key = api.create(name, "{\"kty\":\"RSA-HSM\",\"key_ops\":[\"import\"]}").path("key");
    return (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(
        new RSAPublicKeySpec(new BigInteger(1, bytes(key.path("n"))), new BigInteger(1, bytes(key.path("e")))));
  }

  private static String kid(KeysApi api, String name) {
    return ok(api.client().get("/keys/" + name)).path("key").path("kid").asString();
  }

  private static String transfer(String kty, String blob, String more) {
    return "{\"kty\":\"" + kty + "\"" + member("key_hsm", blob.getBytes(StandardCharsets.UTF_8)) + more + "}";
  }

  @Test
  void aKeyWrappedForTheHsmIsTaken() throws Exception {
    RSAPublicKey kek = keyExchangeKey(managedHsm, "kek");
    String kid = kid(managedHsm, "kek");
    managedHsm.importKey("byok-rsa", transfer("RSA-HSM", blob(kid, wrapped(kek, LocalKeys.rsa().getPrivate().getEncoded())),
        ",\"key_ops\":[\"sign\"]"), "");
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(LocalKeys.rsa().getPublic());
    verifier.update(MESSAGE);
    assertThat(verifier.verify(managedHsm.done("byok-rsa", "sign", "RS256", digest("SHA-256"), ""))).isTrue();

    managedHsm.importKey("byok-ec",
        transfer("EC-HSM", blob(kid, wrapped(kek, LocalKeys.ec(KeyCurve.P_521).getPrivate().getEncoded())), ""), "");
    assertThat(LocalKeys.ecdsaVerifies(LocalKeys.ec(KeyCurve.P_521).getPublic(), "SHA512", MESSAGE,
        managedHsm.done("byok-ec", "sign", "ES512", digest("SHA-512"), ""))).isTrue();

    byte[] octets = new byte[16];
    RANDOM.nextBytes(octets);
    managedHsm.importKey("byok-oct", transfer("oct-HSM", blob(kid, wrapped(kek, octets)), ""), ",\"Hsm\":true");
    Cipher unwrap = Cipher.getInstance("AESWrap");
    unwrap.init(Cipher.UNWRAP_MODE, new SecretKeySpec(octets, "AES"));
    assertThat(unwrap.unwrap(managedHsm.done("byok-oct", "wrapkey", "A128KW", new byte[24], ""), "AES", Cipher.SECRET_KEY)
        .getEncoded()).isEqualTo(new byte[24]);
  }

  @Test
  void aKeyExchangeKeyDoesNothingElseAndNothingElseIsOne() throws Exception {
    RSAPublicKey kek = keyExchangeKey(vault, "only-kek");
    byte[] ciphertext = wrapped(kek, LocalKeys.rsa().getPrivate().getEncoded());
    refused(vault.run("only-kek", "unwrapkey", "RSA-OAEP", ciphertext, ""), 403, "Forbidden", "KeyOperationForbidden");
    refused(vault.run("only-kek", "sign", "RS256", new byte[32], ""), 403, "Forbidden", "KeyOperationForbidden");
    badParameter(vault.client().patch("/keys/only-kek", "{\"key_ops\":[\"import\",\"decrypt\"]}"));
    for (String operations : new String[] {"[\"decrypt\"]", "[\"unwrapKey\",\"sign\"]", "[]"}) {
      badParameter(vault.client().patch("/keys/only-kek", "{\"key_ops\":" + operations + "}"));
    }
    ok(vault.client().patch("/keys/only-kek", "{\"key_ops\":[\"import\"],\"tags\":{\"for\":\"transfers\"}}"));
    badParameter(vault.client().post("/keys/kek2/create", "{\"kty\":\"RSA\",\"key_ops\":[\"import\"]}"));
    badParameter(vault.client().post("/keys/kek2/create", "{\"kty\":\"EC-HSM\",\"key_ops\":[\"import\"]}"));
    badParameter(vault.client().post("/keys/kek2/create", "{\"kty\":\"RSA-HSM\",\"key_ops\":[\"import\"],"
        + "\"attributes\":{\"exportable\":true},\"release_policy\":{\"data\":\""
        + KeysApi.base64(("{\"version\":\"1.0.0\",\"anyOf\":["
        + "{\"authority\":\"https://attest.test\",\"allOf\":[{\"claim\":\"a\",\"equals\":1}]}]}")
        .getBytes(StandardCharsets.UTF_8)) + "\"}}"));
    vault.create("no-kek", "{\"kty\":\"RSA-HSM\"}");
    badParameter(vault.client().patch("/keys/no-kek", "{\"key_ops\":[\"import\"]}"));
    refused(vault.put("never", "{\"key\":" + transfer("RSA-HSM", blob(kid(vault, "no-kek"), ciphertext), "") + "}"), 403,
        "Forbidden", "KeyOperationForbidden");
    ok(vault.client().patch("/keys/only-kek", "{\"attributes\":{\"enabled\":false}}"));
    refused(vault.put("never", "{\"key\":" + transfer("RSA-HSM", blob(kid(vault, "only-kek"), ciphertext), "") + "}"), 403,
        "Forbidden", "KeyDisabled");
  }

  @Test
  void aBrokenTransferBlobIsABadParameter() throws Exception {
    RSAPublicKey kek = keyExchangeKey(vault, "kek-broken");
    String kid = kid(vault, "kek-broken");
    byte[] ciphertext = wrapped(kek, LocalKeys.rsa().getPrivate().getEncoded());
    String good = blob(kid, ciphertext);
    for (String broken : new String[] {"", "{", "null", "[]", "{}", good.replace("1.0.0", "2.0.0"),
        good.replace("dir", "RSA"),
        good.replace("CKM_RSA_AES_KEY_WRAP", "CKM_RSA_PKCS"), good.replace(kid, "kek-broken"),
        good.replace(kid, kid.substring(0, kid.lastIndexOf('/'))), good.replace("/keys/", "/certificates/"),
        good.replace("ciphertext", "cipher"), blob(kid, new byte[0]), blob(kid, new byte[256]), blob(kid, new byte[600])}) {
      badParameter(vault.put("never", "{\"key\":" + transfer("RSA-HSM", broken, "") + "}"));
    }
    String refusal = null;
    for (int changed : new int[] {0, 100, 255, 256, 300, ciphertext.length - 1}) {
      byte[] damaged = ciphertext.clone();
      damaged[changed] ^= 1;
      String text = vault.put("never", "{\"key\":" + transfer("RSA-HSM", blob(kid, damaged), "") + "}").text();
      assertThat(text).contains("BadParameter").isEqualTo(refusal == null ? text : refusal);
      refusal = text;
    }
    badParameter(vault.put("never", "{\"key\":" + transfer("RSA", good, "") + "}"));
    badParameter(vault.put("never", "{\"key\":" + transfer("EC-HSM", good, "") + "}"));
    refused(vault.put("never", "{\"key\":" + transfer("RSA-HSM", good.replace(kid, vaultless(kid)), "") + "}"), 404,
        "KeyNotFound", "");
    refused(vault.client().get("/keys/never"), 404, "KeyNotFound", "");
    vault.importKey("taken", transfer("RSA-HSM", good, ""), "");
  }

  /** The same name with a version that does not exist. */
  private static String vaultless(String kid) {
    return kid.substring(0, kid.lastIndexOf('/') + 1) + "0".repeat(32);
  }
}
