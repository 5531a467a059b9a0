package org.keyhaven.server.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keyhaven.server.RawVault;
import org.keyhaven.server.RawVault.Reply;
import tools.jackson.databind.JsonNode;

class CertificateRoutesIT {
  private static final RawVault VAULT = new RawVault(false);

  private static String policy(String issuer, String key) {
    return """
        {"policy":{"key_props":%s,"issuer":{"name":"%s"},
         "x509_props":{"subject":"CN=leaf, O=Keyhaven","sans":{"dns_names":["a.example"],"ip_addresses":["::1"]},
                       "ekus":["1.3.6.1.5.5.7.3.1"],"key_usage":["digitalSignature"],"validity_months":3}},
         "tags":{"t":"1"}}""".formatted(key, issuer);
  }

  private static Reply create(String name, String issuer, String key) {
    return VAULT.post("/certificates/" + name + "/create", policy(issuer, key));
  }

  private static X509Certificate parse(JsonNode base64) throws Exception {
    return (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(base64.asString())));
  }

  /** An authority with an intermediate, to sign requests. */
  private static final class TestAuthority {
    private final KeyPair root = keys();
    private final KeyPair intermediate = keys();
    private final X509Certificate rootCertificate = issue("CN=root", root, "CN=root", info(root), true);
    private final X509Certificate intermediateCertificate = issue("CN=root", root, "CN=intermediate", info(intermediate), true);

    static KeyPair keys() {
      try {
        return KeyPairGenerator.getInstance("EC").generateKeyPair();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    static SubjectPublicKeyInfo info(KeyPair keys) {
      return SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
    }

    X509Certificate leaf(SubjectPublicKeyInfo key) {
      return issue("CN=intermediate", intermediate, "CN=issued", key, false);
    }

    static X509Certificate issue(String issuer, KeyPair issuerKeys, String subject, SubjectPublicKeyInfo key, boolean ca) {
      try {
        Instant now = Instant.now();
        byte[] der = new X509v3CertificateBuilder(new X500Name(issuer), new BigInteger(64, new SecureRandom()),
            Date.from(now.minus(Duration.ofHours(1))), Date.from(now.plus(Duration.ofDays(30))), new X500Name(subject), key)
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(ca))
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate())).getEncoded();
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static String chain(X509Certificate... certificates) throws Exception {
    StringBuilder text = new StringBuilder("{\"x5c\":[");
    for (X509Certificate certificate : certificates) {
      text.append(text.charAt(text.length() - 1) == '[' ? "" : ",").append('"')
          .append(Base64.getEncoder().encodeToString(certificate.getEncoded())).append('"');
    }
    return text + "]}";
  }

  @ParameterizedTest
  @CsvSource({"RSA-HSM,2048,,SHA256withRSA", "RSA,3072,,SHA256withRSA", "EC-HSM,,P-256,SHA256withECDSA",
      "EC-HSM,,P-384,SHA384withECDSA", "EC-HSM,,P-521,SHA512withECDSA", "EC-HSM,,P-256K,SHA256withECDSA",
      "EC,,P-256K,SHA256withECDSA", "EC,384,,SHA384withECDSA"})
  void aSelfSignedCertificateIsPolledForAndIsAsItsPolicySays(String kty, Integer size, String curve, String algorithm)
      throws Exception {
    String name = "self-" + kty + "-" + size + "-" + curve;
    Reply created = create(name, "Self", "{\"kty\":\"" + kty + "\",\"exportable\":false"
        + (size == null ? "" : ",\"key_size\":" + size) + (curve == null ? "" : ",\"crv\":\"" + curve + "\"") + "}");

    assertThat(created.status()).isEqualTo(202);
    assertThat(created.body().get("status").asString()).isEqualTo("inProgress");
    Reply pending = VAULT.get("/certificates/" + name + "/pending");
    assertThat(pending.body().get("status").asString()).isEqualTo("completed");
    assertThat(pending.body().get("target").asString()).endsWith("/certificates/" + name);

    JsonNode bundle = VAULT.get("/certificates/" + name).body();
    X509Certificate certificate = parse(bundle.get("cer"));
    assertThat(certificate.getSigAlgName()).isEqualTo(algorithm);
    // Bouncy Castle, because the JDK has no secp256k1.
    certificate.verify(
        BouncyCastleProvider.getPublicKey(SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded())),
        new BouncyCastleProvider());
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=leaf,O=Keyhaven");
    assertThat(certificate.getSubjectAlternativeNames()).extracting(one -> (Object) one.get(1))
        .containsExactly("a.example", "0:0:0:0:0:0:0:1");
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(certificate.getKeyUsage()).startsWith(true, false, false);
    assertThat(Duration.between(Instant.now(), certificate.getNotAfter().toInstant()).toDays()).isBetween(88L, 92L);

    String version = bundle.get("id").asString().replaceAll(".*/", "");
    assertThat(bundle.get("kid").asString()).endsWith("/keys/" + name + "/" + version);
    assertThat(bundle.get("sid").asString()).endsWith("/secrets/" + name + "/" + version);
    assertThat(bundle.get("tags").get("t").asString()).isEqualTo("1");
    JsonNode key = VAULT.get("/keys/" + name + "/" + version).body();
    assertThat(key.get("managed").asBoolean()).isTrue();
    assertThat(key.get("key").get("kty").asString()).isEqualTo(kty);
    assertThat(key.get("attributes").get("exportable").asBoolean()).isFalse();
  }

  @Test
  void aChainIsMergedInAnyOrderAndShownLeafFirst() throws Exception {
    String name = "merged";
    assertThat(create(name, "Unknown", "{\"kty\":\"RSA-HSM\"}").status()).isEqualTo(202);
    assertThat(create(name, "Unknown", "{\"kty\":\"RSA-HSM\"}").status()).isEqualTo(409);
    JsonNode before = VAULT.get("/certificates/" + name).body();
    assertThat(before.has("cer")).isFalse();
    assertThat(before.get("attributes").get("enabled").asBoolean()).isFalse();
    assertThat(VAULT.get("/certificates?maxresults=25").body().toString()).doesNotContain("/merged\"");
    PKCS10CertificationRequest request = new PKCS10CertificationRequest(
        Base64.getDecoder().decode(VAULT.get("/certificates/" + name + "/pending").body().get("csr").asString()));
    assertThat(request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(request.getSubjectPublicKeyInfo())))
        .isTrue();

    TestAuthority authority = new TestAuthority();
    X509Certificate leaf = authority.leaf(request.getSubjectPublicKeyInfo());
    X509Certificate foreign = authority.leaf(TestAuthority.info(TestAuthority.keys()));
    assertThat(merge(name, chain(foreign, authority.intermediateCertificate)).error()).isEqualTo("BadParameter");
    assertThat(merge(name, chain(leaf, foreign)).error()).isEqualTo("BadParameter");
    assertThat(merge(name, "{\"x5c\":[\"AAAA\"]}").status()).isEqualTo(400);
    assertThat(merge(name, "{\"x5c\":[]}").status()).isEqualTo(400);
    assertThat(merge(name, "{\"x5c\":[null]}").status()).isEqualTo(400);

    Reply merged = merge(name, chain(authority.rootCertificate, leaf, authority.intermediateCertificate));
    assertThat(merged.status()).isEqualTo(201);
    JsonNode bundle = VAULT.get("/certificates/" + name).body();
    assertThat(parse(bundle.get("cer"))).isEqualTo(leaf);
    assertThat(List.of(parse(bundle.get("x5c").get(0)), parse(bundle.get("x5c").get(1)), parse(bundle.get("x5c").get(2))))
        .containsExactly(leaf, authority.intermediateCertificate, authority.rootCertificate);
    assertThat(bundle.get("attributes").get("exp").asLong()).isEqualTo(leaf.getNotAfter().toInstant().getEpochSecond());
    assertThat(VAULT.get("/keys/" + name).body().get("attributes").get("enabled").asBoolean()).isTrue();
    assertThat(merge(name, chain(leaf)).status()).isEqualTo(409);
  }

  private static Reply merge(String name, String body) {
    return VAULT.post("/certificates/" + name + "/pending/merge", body);
  }

  @Test
  void aReusedKeyIsTheSameInTheNextVersionAndStaysUsableMeanwhile() throws Exception {
    String name = "reused";
    create(name, "Self", "{\"kty\":\"EC-HSM\",\"reuse_key\":true}");
    JsonNode first = VAULT.get("/keys/" + name).body();
    assertThat(create(name, "Unknown", "{\"kty\":\"EC-HSM\",\"reuse_key\":true}").status()).isEqualTo(202);
    assertThat(VAULT.get("/keys/" + name).body()).isEqualTo(first);
    assertThat(VAULT.get("/certificates/" + name).body().has("cer")).isTrue();

    TestAuthority authority = new TestAuthority();
    PKCS10CertificationRequest request = new PKCS10CertificationRequest(
        Base64.getDecoder().decode(VAULT.get("/certificates/" + name + "/pending").body().get("csr").asString()));
    String body = chain(authority.leaf(request.getSubjectPublicKeyInfo()));
    JsonNode merged = merge(name, body.replace("]}", "],\"tags\":{\"keyhaven-alias\":\"Mine\"}}")).body();

    assertThat(merged.get("tags").get("keyhaven-alias").asString()).isEqualTo("Mine");
    JsonNode second = VAULT.get("/keys/" + name).body();
    assertThat(second.get("key").get("kid")).isNotEqualTo(first.get("key").get("kid"));
    assertThat(second.get("key").get("x")).isEqualTo(first.get("key").get("x"));
    String digest = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
    String signed = VAULT.post("/keys/" + name + "/sign", "{\"alg\":\"ES256\",\"value\":\"" + digest + "\"}").body()
        .get("value").asString();
    assertThat(VAULT.post("/keys/" + first.get("key").get("kid").asString().replaceAll(".*/keys/", "") + "/verify",
        "{\"alg\":\"ES256\",\"digest\":\"" + digest + "\",\"value\":\"" + signed + "\"}").body().get("value").asBoolean()).isTrue();
    assertThat(VAULT.get("/certificates/" + name + "/versions").body().get("value")).hasSize(2);
    assertThat(create(name, "Self", "{\"kty\":\"RSA-HSM\",\"reuse_key\":true}").error()).isEqualTo("BadParameter");
  }

  @Test
  void aKeyThatNeverLeavesIsNotReusedAsOneThatMay() {
    String name = "reused-exportable";
    create(name, "Self", "{\"kty\":\"EC\",\"exportable\":false}");
    Reply reply = create(name, "Self", "{\"kty\":\"EC\",\"exportable\":true,\"reuse_key\":true}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body().toString()).contains("exportable");
    assertThat(create(name, "Self", "{\"kty\":\"EC\",\"exportable\":false,\"reuse_key\":true}").status()).isEqualTo(202);
    assertThat(create(name + "-hsm", "Self", "{\"kty\":\"EC-HSM\",\"exportable\":true}").status()).isEqualTo(400);
  }

  @Test
  void aDisabledKeyIsNotReused() {
    String name = "reused-disabled";
    create(name, "Self", "{\"kty\":\"EC-HSM\",\"reuse_key\":true}");
    assertThat(VAULT.send("PATCH", "/certificates/" + name, "{\"attributes\":{\"enabled\":false}}").status()).isEqualTo(200);

    for (String issuer : List.of("Self", "Unknown")) {
      Reply reply = create(name, issuer, "{\"kty\":\"EC-HSM\",\"reuse_key\":true}");
      assertThat(reply.status()).isEqualTo(403);
      assertThat(reply.innerError()).isEqualTo("KeyDisabled");
    }
    assertThat(create(name, "Self", "{\"kty\":\"EC-HSM\",\"reuse_key\":false}").status()).isEqualTo(202);
  }

  @Test
  void anOperationCanBeCancelledAndForgotten() {
    String name = "cancelled";
    assertThat(VAULT.get("/certificates/" + name + "/pending").error()).isEqualTo("CertificateNotFound");
    create(name, "Unknown", "{\"kty\":\"EC\"}");
    Reply cancelled = VAULT.send("PATCH", "/certificates/" + name + "/pending", "{\"cancellation_requested\":true}");
    assertThat(cancelled.body().get("status").asString()).isEqualTo("cancelled");
    assertThat(VAULT.send("DELETE", "/certificates/" + name + "/pending", null).status()).isEqualTo(200);
    assertThat(VAULT.get("/certificates/" + name + "/pending").error()).isEqualTo("PendingCertificateNotFound");

    assertThat(create(name, "Self", "{\"kty\":\"EC\"}").status()).isEqualTo(202);
    assertThat(VAULT.get("/certificates/" + name).body().has("cer")).isTrue();
  }

  @Test
  void aDeletedCertificateTakesItsKeyAlongAndBringsItBack() {
    String name = "deleted";
    create(name, "Self", "{\"kty\":\"EC-HSM\"}");
    assertThat(VAULT.send("DELETE", "/keys/" + name, null).status()).isEqualTo(403);
    Reply deleted = VAULT.send("DELETE", "/certificates/" + name, null);
    assertThat(deleted.body().get("recoveryId").asString()).endsWith("/deletedcertificates/" + name);
    assertThat(VAULT.get("/certificates/" + name).error()).isEqualTo("CertificateNotFound");
    assertThat(VAULT.get("/keys/" + name).error()).isEqualTo("KeyNotFound");
    assertThat(VAULT.get("/deletedcertificates/" + name).status()).isEqualTo(200);
    assertThat(VAULT.get("/deletedcertificates").body().toString()).contains("/" + name);
    Reply conflict = create(name, "Self", "{\"kty\":\"EC-HSM\"}");
    assertThat(conflict.status()).isEqualTo(409);
    assertThat(conflict.innerError()).isEqualTo("ObjectIsDeletedButRecoverable");

    assertThat(VAULT.post("/deletedcertificates/" + name + "/recover", null).status()).isEqualTo(200);
    assertThat(VAULT.get("/keys/" + name).status()).isEqualTo(200);
    VAULT.send("DELETE", "/certificates/" + name, null);
    assertThat(VAULT.send("DELETE", "/deletedcertificates/" + name, null).status()).isEqualTo(204);
    assertThat(VAULT.get("/deletedkeys/" + name).status()).isEqualTo(404);
    assertThat(create(name, "Self", "{\"kty\":\"EC-HSM\"}").status()).isEqualTo(202);
  }

  @Test
  void attributesTagsAndPolicyCanBeChanged() {
    String name = "changed";
    create(name, "Self", "{\"kty\":\"EC-HSM\"}");
    Reply changed = VAULT.send("PATCH", "/certificates/" + name, "{\"attributes\":{\"enabled\":false},\"tags\":{\"a\":\"b\"}}");
    assertThat(changed.body().get("attributes").get("enabled").asBoolean()).isFalse();
    JsonNode key = VAULT.get("/keys/" + name).body();
    assertThat(key.get("attributes").get("enabled").asBoolean()).isFalse();
    assertThat(key.get("tags").get("a").asString()).isEqualTo("b");

    assertThat(VAULT.send("PATCH", "/certificates/" + name + "/policy", "{\"key_props\":{\"kty\":\"RSA\",\"key_size\":4096}}")
        .status()).isEqualTo(200);
    JsonNode policy = VAULT.get("/certificates/" + name + "/policy").body();
    assertThat(policy.get("key_props").get("key_size").asInt()).isEqualTo(4096);
    assertThat(policy.get("x509_props").get("validity_months").asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "{}", "{\"policy\":{}}", "{\"policy\":{\"issuer\":{\"name\":\"DigiCert\"}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"x509_props\":{\"subject\":\"nonsense\"}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"x509_props\":{\"subject\":\"CN=a\",\"ekus\":[\"x\"]}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"x509_props\":{\"subject\":\"CN=a\",\"key_usage\":[null]}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"x509_props\":{\"subject\":\"CN=a\",\"validity_months\":0}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"x509_props\":{\"subject\":\"CN=a\",\"sans\":{\"ip_addresses\":[\"x.y\"]}}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"x509_props\":{\"subject\":\"CN=a\",\"sans\":{\"dns_names\":[\"\"]}}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"x509_props\":{\"subject\":\"CN=a\",\"sans\":{\"uris\":[\"\\u00e9\"]}}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"x509_props\":{\"subject\":\"CN=a\"},\"key_props\":{\"kty\":\"oct\"}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"x509_props\":{\"subject\":\"CN=a\"},\"key_props\":{\"key_size\":1024}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"x509_props\":{\"subject\":\"CN=a\"},\"key_props\":{\"kty\":\"EC\",\"key_size\":7}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"x509_props\":{\"subject\":\"CN=a\"},\"key_props\":{\"kty\":\"RSA-HSM\",\"exportable\":true}}}",
      "{\"policy\":{\"issuer\":{\"name\":\"Self\"},\"x509_props\":{\"subject\":\"CN=a\"},\"secret_props\":{\"contentType\":\"x\"}}}"})
  void whatCannotBeIssuedIsRefusedAndLeavesNothing(String body) {
    Reply reply = VAULT.post("/certificates/refused/create", body);
    assertThat(reply.status()).as(body).isEqualTo(400);
    assertThat(reply.error()).isEqualTo("BadParameter");
    assertThat(VAULT.get("/certificates/refused").status()).isEqualTo(404);
    assertThat(VAULT.get("/keys/refused").status()).isEqualTo(404);
  }

  @Test
  void aNameThatABareKeyHasIsTaken() {
    VAULT.post("/keys/bare/create", "{\"kty\":\"EC\"}");
    assertThat(create("bare", "Self", "{\"kty\":\"EC\"}").status()).isEqualTo(409);
    assertThat(VAULT.get("/certificates/bare").status()).isEqualTo(404);
    assertThat(create("issuers", "Self", "{\"kty\":\"EC\"}").status()).isEqualTo(400);
  }

  @Test
  void aManagedHsmHasNoCertificates() {
    assertThat(new RawVault(true).get("/certificates").status()).isEqualTo(404);
  }
}
