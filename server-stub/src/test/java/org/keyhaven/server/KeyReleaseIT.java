package org.keyhaven.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.KeyClientBuilder;
import com.azure.security.keyvault.keys.cryptography.models.KeyWrapAlgorithm;
import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.CreateOctKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.KeyExportEncryptionAlgorithm;
import com.azure.security.keyvault.keys.models.KeyReleasePolicy;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import com.azure.security.keyvault.keys.models.ReleaseKeyOptions;
import com.azure.security.keyvault.keys.models.ReleaseKeyResult;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.X509CertUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.RFC5649WrapEngine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keyhaven.client.ClientSecretTokenSource;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyEncryptionAlgorithm;
import org.keyhaven.client.wire.KeyRelease.KeyReleaseParameters;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.server.RawVault.Reply;
import org.keyhaven.server.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Secure key release on a real server with a real HSM: Microsoft's own client asks, an attestation authority of the test,
 * over TLS, vouches, and the environment opens what it is given with nothing but its own key.
 */
class KeyReleaseIT {
  @TempDir
  private static Path directory;

  private static final AtomicInteger FETCHES = new AtomicInteger();
  private static HttpsEndpoint authority;
  private static ClockedVault vault;
  private static RSAKey signing;
  private static RSAKey environment;
  private static volatile String published;

  @BeforeAll
  static void start() throws IOException, JOSEException {
    signing = new RSAKeyGenerator(2048).keyID("authority-1").generate();
    environment = new RSAKeyGenerator(2048).keyID("environment-1").generate();
    published = new JWKSet(signing).toString();
    authority = HttpsEndpoint.start(directory, KeyReleaseIT::publish);
    vault = new ClockedVault(directory.resolve("data"), new ServerOptions.Keys.SoftHsm(false),
        new ServerOptions.Outgoing(null, authority.authority()));
    System.setProperty("keyhaven.ca.file", vault.connection().caCertificate().toString());
  }

  @AfterAll
  static void stop() {
    System.clearProperty("keyhaven.ca.file");
    vault.close();
    authority.close();
  }

  private static HttpsEndpoint.Reply publish(HttpsEndpoint.Request request) {
    FETCHES.incrementAndGet();
    String answer = switch (request.path()) {
      case "/.well-known/openid-configuration" ->
          "{\"issuer\":\"" + authority.address() + "\",\"jwks_uri\":\"" + authority.address() + "/certs\"}";
      case "/astray/.well-known/openid-configuration" -> "{\"jwks_uri\":\"https://elsewhere.test/certs\"}";
      case "/huge/.well-known/openid-configuration" -> "{\"a\":\"" + "x".repeat(1 << 20) + "\"}";
      case "/certs" -> published;
      default -> "";
    };
    return new HttpsEndpoint.Reply(answer.isEmpty() ? 404 : 200, answer.getBytes(StandardCharsets.UTF_8));
  }

  private static KeyClient client(boolean managedHsm) {
    var connection = vault.connection();
    return new KeyClientBuilder().vaultUrl(managedHsm ? vault.hsmUrl() : vault.url())
        .credential(new ClientSecretCredentialBuilder().authorityHost(connection.authorityHost())
            .tenantId(connection.tenantId()).clientId(connection.clientId()).clientSecret(connection.clientSecret())
            .disableInstanceDiscovery().build())
        .disableChallengeResourceVerification().buildClient();
  }

  private static String policyText() {
    return "{\"version\":\"1.0.0\",\"anyOf\":[{\"authority\":\"" + authority.address() + "/\",\"allOf\":["
        + "{\"claim\":\"tee.type\",\"equals\":\"sevsnpvm\"},{\"claim\":\"debug\",\"equals\":\"false\"}]}]}";
  }

  private static KeyReleasePolicy policy() {
    return new KeyReleasePolicy(BinaryData.fromString(policyText()));
  }

  private static JWTClaimsSet.Builder claims() {
    Instant now = vault.clock().instant();
    return new JWTClaimsSet.Builder().issuer(authority.address().toString()).issueTime(Date.from(now))
        .notBeforeTime(Date.from(now)).expirationTime(Date.from(now.plusSeconds(600)))
        .claim("tee", Map.of("type", "sevsnpvm")).claim("debug", false).claim("x-ms-runtime", Map.of("keys", List.of(
            Map.of("kty", "RSA", "kid", "signs", "n", signing.getModulus().toString(), "e", "AQAB", "key_ops",
                List.of("verify")),
            kek(environment))));
  }

  private static Map<String, Object> kek(RSAKey key) {
    return Map.of("kty", "RSA", "kid", key.getKeyID(), "n", key.getModulus().toString(), "e", "AQAB", "key_ops",
        List.of("encrypt"));
  }

  private static String assertion(JWTClaimsSet claims) {
    try {
      SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(signing.getKeyID()).build(), claims);
      jwt.sign(new RSASSASigner(signing));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is in the JWS, once it is shown to be signed by the server. */
  private static JsonNode opened(String jws) throws Exception {
    JWSObject object = JWSObject.parse(jws);
    List<X509Certificate> chain = object.getHeader().getX509CertChain().stream()
        .map(certificate -> X509CertUtils.parse(certificate.decode())).toList();
    for (int i = 1; i < chain.size(); i++) {
      chain.get(i - 1).verify(chain.get(i).getPublicKey());
    }
    X509Certificate leaf = chain.get(0);
    assertThat(Files.readString(vault.connection().caCertificate()).replaceAll("\\s", ""))
        .contains(Base64.getEncoder().encodeToString(chain.get(chain.size() - 1).getEncoded()));
    assertThat(object.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.RS256);
    leaf.checkValidity(Date.from(vault.clock().instant()));
    assertThat(object.verify(new RSASSAVerifier((RSAPublicKey) leaf.getPublicKey()))).isTrue();
    return Json.mapper().readTree(object.getPayload().toBytes());
  }

  private static byte[] unwrapped(JsonNode payload, String digest)
      throws GeneralSecurityException, JOSEException, InvalidCipherTextException {
    byte[] blob = Base64.getUrlDecoder().decode(payload.at("/response/key/key/key_hsm").asString());
    JsonNode transfer = Json.mapper().readTree(blob);
    assertThat(transfer.get("schema_version").asString()).isEqualTo("1.0");
    assertThat(transfer.at("/header/kid").asString()).isEqualTo("environment-1");
    assertThat(transfer.at("/header/alg").asString()).isEqualTo("dir");
    byte[] ciphertext = Base64.getUrlDecoder().decode(transfer.get("ciphertext").asString());
    Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
    oaep.init(Cipher.DECRYPT_MODE, environment.toPrivateKey(),
        new OAEPParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), PSource.PSpecified.DEFAULT));
    byte[] aes = oaep.doFinal(ciphertext, 0, 256);
    assertThat(aes).hasSize(32);
    RFC5649WrapEngine wrap = new RFC5649WrapEngine(AESEngine.newInstance());
    wrap.init(false, new KeyParameter(aes));
    return wrap.unwrap(ciphertext, 256, ciphertext.length - 256);
  }

  @ParameterizedTest
  @CsvSource({"false,CKM_RSA_AES_KEY_WRAP,SHA-1", "false,RSA_AES_KEY_WRAP_256,SHA-256", "true,RSA_AES_KEY_WRAP_384,SHA-384"})
  void anEnvironmentThatThePolicyTrustsGetsTheKey(boolean managedHsm, String encryption, String digest) throws Exception {
    KeyClient client = client(managedHsm);
    String name = "release-" + encryption.replace('_', '-');
    KeyVaultKey key = client.createRsaKey(new CreateRsaKeyOptions(name).setHardwareProtected(true).setExportable(true)
        .setReleasePolicy(policy()));
    assertThat(key.getProperties().isExportable()).isTrue();
    assertThat(key.getProperties().getReleasePolicy().getEncodedPolicy().toString()).isEqualTo(policyText());
    ReleaseKeyResult result = client.releaseKeyWithResponse(name, key.getProperties().getVersion(),
        assertion(claims().build()),
        new ReleaseKeyOptions().setAlgorithm(KeyExportEncryptionAlgorithm.fromString(encryption)).setNonce("fresh"),
        Context.NONE).getValue();

    JsonNode payload = opened(result.getValue());
    assertThat(payload.at("/request/nonce").asString()).isEqualTo("fresh");
    assertThat(payload.at("/request/enc").asString()).isEqualTo(encryption);
    assertThat(payload.at("/request/kid").asString()).isEqualTo(key.getId());
    assertThat(payload.at("/response/key/key/kid").asString()).isEqualTo(key.getId());
    assertThat(payload.at("/response/key/attributes/exportable").asBoolean()).isTrue();
    assertThat(payload.at("/response/key/release_policy/data").asString()).isNotEmpty();
    PrivateKey released = KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(unwrapped(payload, digest)));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(released);
    signature.update(new byte[10]);
    byte[] signed = signature.sign();
    signature.initVerify(key.getKey().toRsa().getPublic());
    signature.update(new byte[10]);
    assertThat(signature.verify(signed)).isTrue();
  }

  @Test
  void ourClientAsksAsMicrosoftsDoesAndGetsTheSame() throws Exception {
    var connection = vault.connection();
    try (KeyhavenClient ours = KeyhavenClient.builder().vault(URI.create(vault.url())).caFile(connection.caCertificate())
        .tokenSource(ClientSecretTokenSource.builder().authority(URI.create(connection.authorityHost()))
            .clientId(connection.clientId()).clientSecret(connection.clientSecret()).caFile(connection.caCertificate()).build())
        .build()) {
      ObjectId kid = ours.keys().create("release-ours", KeyCreateParameters.ec(KeyCurve.P_384).inHsm()
          .exportable(org.keyhaven.client.wire.KeyReleasePolicy.json(policyText()))).key().kid();
      JsonNode oursOpened = opened(ours.keys().release("release-ours", kid.version(), new KeyReleaseParameters(
          assertion(claims().build()), "fresh", KeyEncryptionAlgorithm.RSA_AES_KEY_WRAP_256)));
      JsonNode microsofts = opened(client(false).releaseKeyWithResponse("release-ours", kid.version(),
          assertion(claims().build()), new ReleaseKeyOptions()
              .setAlgorithm(KeyExportEncryptionAlgorithm.RSA_AES_KEY_WRAP_256).setNonce("fresh"), Context.NONE)
          .getValue().getValue());
      assertThat(unwrapped(oursOpened, "SHA-256")).isEqualTo(unwrapped(microsofts, "SHA-256"));
      for (JsonNode payload : List.of(oursOpened, microsofts)) {
        ((ObjectNode) payload.at("/response/key/key")).remove("key_hsm");
        ((ObjectNode) payload.get("request")).remove("api-version");
      }
      assertThat(oursOpened).isEqualTo(microsofts);
      assertThatThrownBy(() -> ours.keys().release("release-ours", null,
          KeyReleaseParameters.of(assertion(claims().claim("debug", true).build()))))
          .isInstanceOfSatisfying(VaultException.Forbidden.class, e -> {
            assertThat(e.innerCode()).isEqualTo("KeyReleaseDenied");
            assertThat(e.permission()).isEmpty();
          });
    }
  }

  @Test
  void theLatestVersionAndOtherKindsOfKeyAreReleasedToo() throws Exception {
    KeyClient client = client(false);
    KeyVaultKey key = client.createEcKey(new CreateEcKeyOptions("release-ec").setHardwareProtected(true).setExportable(true)
        .setReleasePolicy(policy()));
    JsonNode payload = opened(client.releaseKey("release-ec", assertion(claims().build())).getValue());
    assertThat(payload.at("/request/kid").asString()).isEqualTo(vault.url() + "/keys/release-ec");
    assertThat(payload.at("/request/enc").asString()).isEqualTo("CKM_RSA_AES_KEY_WRAP");
    PrivateKey released = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(unwrapped(payload, "SHA-1")));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(released);
    signature.update(new byte[10]);
    byte[] signed = signature.sign();
    signature.initVerify(key.getKey().toEc().getPublic());
    signature.update(new byte[10]);
    assertThat(signature.verify(signed)).isTrue();

    KeyVaultKey rotated = client.rotateKey("release-ec");
    assertThat(rotated.getProperties().isExportable()).as("a rotated key stays releasable").isTrue();
    assertThat(opened(client.releaseKey("release-ec", assertion(claims().build())).getValue())
        .at("/response/key/key/kid").asString()).isEqualTo(rotated.getId());
  }

  @Test
  void aSymmetricKeyIsReleasedAsItsOctets() throws Exception {
    KeyClient client = client(true);
    client.createOctKey(new CreateOctKeyOptions("release-oct").setHardwareProtected(true).setKeySize(256)
        .setExportable(true).setReleasePolicy(policy()));
    byte[] wrapped = client.getCryptographyClient("release-oct").wrapKey(KeyWrapAlgorithm.A256KW, new byte[32])
        .getEncryptedKey();
    JsonNode payload = opened(client.releaseKey("release-oct", assertion(claims().build())).getValue());
    assertThat(payload.at("/response/key/key/kty").asString()).isEqualTo("oct-HSM");
    assertThat(payload.at("/response/key/key/k").isMissingNode()).isTrue();
    byte[] octets = unwrapped(payload, "SHA-1");
    assertThat(octets).hasSize(32);
    Cipher kw = Cipher.getInstance("AESWrap");
    kw.init(Cipher.UNWRAP_MODE, new SecretKeySpec(octets, "AES"));
    assertThat(kw.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded()).isEqualTo(new byte[32]);
  }

  private static Reply release(String name, String assertion) {
    return vault.send("POST", "/keys/" + name + "/release", Json.mapper().writeValueAsString(Map.of("target", assertion)));
  }

  private static void create(String name) {
    client(false).createEcKey(new CreateEcKeyOptions(name).setHardwareProtected(true).setExportable(true)
        .setReleasePolicy(policy()));
  }

  private static void denied(String name, String assertion, String why) {
    Reply reply = release(name, assertion);
    assertThat(reply.status()).as(why).isEqualTo(403);
    assertThat(reply.body().has("value")).as(why).isFalse();
    assertThat(reply.innerError()).as(why).isEqualTo("KeyReleaseDenied");
  }

  @Test
  void whateverIsUnmetReleasesNothing() throws Exception {
    create("unmet");
    assertThat(release("unmet", assertion(claims().build())).status()).isEqualTo(200);
    Instant now = vault.clock().instant();
    Map<String, UnaryOperator<JWTClaimsSet.Builder>> wrong = Map.ofEntries(
        Map.entry("another authority", claims -> claims.issuer("https://localhost:1/")),
        Map.entry("no authority", claims -> claims.issuer(null)),
        Map.entry("expired", claims -> claims.expirationTime(Date.from(now.minusSeconds(61)))),
        Map.entry("no expiry", claims -> claims.expirationTime(null)),
        Map.entry("not valid yet", claims -> claims.notBeforeTime(Date.from(now.plusSeconds(120)))),
        Map.entry("expired before all calendars", claims -> claims.claim("exp", Long.MIN_VALUE)),
        Map.entry("not valid in any calendar", claims -> claims.claim("nbf", Long.MAX_VALUE)),
        Map.entry("not valid before a number that is no time", claims -> claims.claim("nbf", 1e30)),
        Map.entry("a claim is missing", claims -> claims.claim("debug", null)),
        Map.entry("a claim is wrong", claims -> claims.claim("debug", true)),
        Map.entry("a nested claim is wrong", claims -> claims.claim("tee", Map.of("type", "sgx"))),
        Map.entry("no key to encrypt to", claims -> claims.claim("x-ms-runtime", Map.of("keys", List.of()))),
        Map.entry("no keys at all", claims -> claims.claim("x-ms-runtime", null)),
        Map.entry("a key in another place", claims -> claims.claim("x-ms-runtime", null)
            .claim("x-ms-isolation-tee", Map.of("x-ms-runtime", Map.of("keys", List.of(kek(environment)))))),
        Map.entry("a small key", claims -> claims.claim("x-ms-runtime", Map.of("keys", List.of(Map.of("kty", "RSA",
            "kid", "k", "n", environment.getModulus().toString().substring(0, 170), "e", "AQAB", "key_ops",
            List.of("encrypt")))))),
        Map.entry("a broken key", claims -> claims.claim("x-ms-runtime", Map.of("keys", List.of(Map.of("kty", "RSA",
            "kid", "k", "n", "***", "e", "AQAB", "key_ops", List.of("encrypt")))))));
    wrong.forEach((why, change) -> denied("unmet", assertion(change.apply(claims()).build()), why));

    String good = assertion(claims().build());
    denied("unmet", "", "empty");
    denied("unmet", "not a token", "no token");
    denied("unmet", "x".repeat(70_000), "too long");
    denied("unmet", good.substring(0, good.lastIndexOf('.') + 1), "no signature");
    denied("unmet", good.substring(0, good.length() - 8) + "AAAAAAAA", "another signature");
    RSAKey stranger = new RSAKeyGenerator(2048).keyID(signing.getKeyID()).generate();
    SignedJWT forged = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(signing.getKeyID()).build(),
        claims().build());
    forged.sign(new RSASSASigner(stranger));
    denied("unmet", forged.serialize(), "signed by a stranger");
    SignedJWT mac = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(signing.getKeyID()).build(),
        claims().build());
    mac.sign(new MACSigner(signing.toRSAPublicKey().getEncoded()));
    denied("unmet", mac.serialize(), "a MAC under the published key");
    SignedJWT embedded = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("own").jwk(stranger.toPublicJWK())
        .jwkURL(URI.create(authority.address() + "/certs")).build(), claims().build());
    embedded.sign(new RSASSASigner(stranger));
    denied("unmet", embedded.serialize(), "a key that the assertion brings along");
    String none = Base64.getUrlEncoder().withoutPadding()
        .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
    denied("unmet", none + good.substring(good.indexOf('.'), good.lastIndexOf('.') + 1), "unsigned");
  }

  @Test
  void authoritiesThatPublishNoUsableKeysReleaseNothing() {
    for (String path : List.of("astray", "huge", "missing")) {
      String text = policyText().replace(authority.address() + "/", authority.address() + "/" + path);
      client(false).createEcKey(new CreateEcKeyOptions("authority-" + path).setHardwareProtected(true).setExportable(true)
          .setReleasePolicy(new KeyReleasePolicy(BinaryData.fromString(text))));
      denied("authority-" + path, assertion(claims().issuer(authority.address() + "/" + path).build()), path);
    }
  }

  @Test
  void anAuthoritysKeysAreKeptAndANewOneIsFoundWithinAMinute() throws Exception {
    create("cached");
    assertThat(release("cached", assertion(claims().build())).status()).isEqualTo(200);
    int before = FETCHES.get();
    assertThat(release("cached", assertion(claims().build())).status()).isEqualTo(200);
    assertThat(FETCHES).hasValue(before);
    RSAKey old = signing;
    signing = new RSAKeyGenerator(2048).keyID("authority-2").generate();
    published = new JWKSet(List.of(old, signing)).toString();
    denied("cached", assertion(claims().build()), "not fetched again within the minute");
    vault.clock().advance(Duration.ofMinutes(1));
    assertThat(release("cached", assertion(claims().build())).status()).isEqualTo(200);
  }

  @Test
  void keysThatAreNotExportableOrNotUsableNowAreNotReleased() {
    client(false).createEcKey(new CreateEcKeyOptions("kept").setHardwareProtected(true));
    assertThat(release("kept", assertion(claims().build())).innerError()).isEqualTo("KeyNotExportable");
    create("disabled");
    assertThat(vault.send("PATCH", "/keys/disabled", "{\"attributes\":{\"enabled\":false}}").status()).isEqualTo(200);
    assertThat(release("disabled", assertion(claims().build())).innerError()).isEqualTo("KeyDisabled");
    create("over");
    assertThat(vault.send("PATCH", "/keys/over", "{\"attributes\":{\"exp\":1600000000}}").status()).isEqualTo(200);
    Reply expired = release("over", assertion(claims().build()));
    assertThat(expired.status()).isEqualTo(403);
    assertThat(expired.innerError()).isEqualTo("KeyExpired");
    assertThat(release("nowhere", assertion(claims().build())).status()).isEqualTo(404);
    assertThat(vault.send("POST", "/keys/over/release", "{}").status()).isEqualTo(400);
    assertThat(vault.send("POST", "/keys/over/release", "{\"target\":\"x\",\"enc\":\"RSA1_5\"}").status()).isEqualTo(400);
  }

  @Test
  void policiesAreCheckedWhenTheyAreSet() {
    KeyClient client = client(false);
    String data = Base64.getUrlEncoder().withoutPadding()
        .encodeToString(policyText().getBytes(StandardCharsets.UTF_8));
    Map<String, String> refused = Map.of(
        "{\"kty\":\"EC-HSM\",\"attributes\":{\"exportable\":true}}", "AKV.SKR.1004",
        "{\"kty\":\"EC-HSM\",\"release_policy\":{\"data\":\"" + data + "\"}}", "AKV.SKR.1005",
        "{\"kty\":\"EC\",\"attributes\":{\"exportable\":true},\"release_policy\":{\"data\":\"" + data + "\"}}",
            "AKV.SKR.1006",
        "{\"kty\":\"EC-HSM\",\"attributes\":{\"exportable\":true},\"release_policy\":{\"data\":\"e30\"}}",
            "not a valid policy",
        "{\"kty\":\"EC-HSM\",\"attributes\":{\"exportable\":true},\"release_policy\":{}}", "release_policy.data");
    refused.forEach((body, message) -> {
      Reply reply = vault.send("POST", "/keys/policies/create", body);
      assertThat(reply.status()).as(body).isEqualTo(400);
      assertThat(reply.body().at("/error/message").asString()).as(body).contains(message);
    });

    KeyVaultKey key = client.createEcKey(new CreateEcKeyOptions("immutable").setHardwareProtected(true).setExportable(true)
        .setReleasePolicy(policy()));
    String other = policyText().replace("sevsnpvm", "sgx");
    assertThat(client.updateKeyProperties(key.getProperties()
        .setReleasePolicy(new KeyReleasePolicy(BinaryData.fromString(other)).setImmutable(true)))
        .getProperties().getReleasePolicy().isImmutable()).isTrue();
    assertThatThrownBy(() -> client.updateKeyProperties(key.getProperties().setReleasePolicy(policy())))
        .isInstanceOfSatisfying(HttpResponseException.class, e -> {
          assertThat(e.getResponse().getStatusCode()).isEqualTo(400);
          assertThat(e.getMessage()).contains("AKV.SKR.1020");
        });
    denied("immutable", assertion(claims().build()), "the new policy holds");
    assertThat(vault.send("PATCH", "/keys/immutable", "{\"attributes\":{\"exportable\":false}}").body().at("/error/message")
        .asString()).contains("AKV.SKR.1014");
  }

  @Test
  void thereIsNoAttestationAndTheAnswerSaysWhy() {
    client(false).createEcKey(new CreateEcKeyOptions("attested").setHardwareProtected(true));
    Reply reply = vault.get("/keys/attested/attestation");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.innerError()).isEqualTo("KeyAttestationNotSupported");
    assertThat(vault.get("/keys/unattested/attestation").status()).isEqualTo(404);
  }
}
