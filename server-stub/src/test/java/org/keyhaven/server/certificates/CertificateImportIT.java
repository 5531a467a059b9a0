package org.keyhaven.server.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keyhaven.server.RawVault;
import org.keyhaven.server.RawVault.Reply;
import org.keyhaven.server.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class CertificateImportIT {
  private static final RawVault VAULT = new RawVault(false);

  private static Reply post(String name, String value, String password, String policy) {
    ObjectNode body = Json.mapper().createObjectNode().put("value", value);
    if (password != null) {
      body.put("pwd", password);
    }
    if (policy != null) {
      body.set("policy", Json.mapper().readTree(policy));
    }
    return VAULT.post("/certificates/" + name + "/import", body.toString());
  }

  private static List<X509Certificate> chain(JsonNode bundle) throws Exception {
    List<X509Certificate> chain = new ArrayList<>();
    for (JsonNode one : bundle.get("x5c")) {
      chain.add((X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(one.asString()))));
    }
    return chain;
  }

  @ParameterizedTest
  @CsvSource({"RSA,2048,RS256", "RSA-HSM,3072,RS256", "EC,secp256r1,ES256", "EC-HSM,secp384r1,ES384", "EC-HSM,secp521r1,ES512",
      "EC-HSM,secp256k1,ES256K"})
  void anImportedKeySignsAndItsChainIsInOrder(String kty, String size, String algorithm) throws Exception {
    ImportFiles files = kty.startsWith("RSA") ? ImportFiles.rsa(Integer.parseInt(size)) : ImportFiles.ec(size);
    String name = "import-" + kty + "-" + size;

    Reply reply = post(name, files.pem(), null,
        "{\"key_props\":{\"kty\":\"" + kty + "\"},\"secret_props\":{\"contentType\":\"application/x-pem-file\"}}");

    assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
    assertThat(chain(reply.body())).containsExactlyElementsOf(files.chain());
    JsonNode key = VAULT.get("/keys/" + name).body();
    assertThat(key.get("key").get("kty").asString()).isEqualTo(kty);
    assertThat(key.get("managed").asBoolean()).isTrue();
    String hash = algorithm.endsWith("384") ? "384" : algorithm.endsWith("512") ? "512" : "256";
    byte[] message = "message".getBytes(StandardCharsets.UTF_8);
    byte[] signed = Base64.getUrlDecoder().decode(VAULT.post("/keys/" + name + "/sign", "{\"alg\":\"" + algorithm
        + "\",\"value\":\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(
        MessageDigest.getInstance("SHA-" + hash).digest(message)) + "\"}").body().get("value").asString());
    Signature verifier = Signature.getInstance("SHA" + hash + (kty.startsWith("RSA") ? "withRSA" : "withPLAIN-ECDSA"),
        ImportFiles.BC);
    verifier.initVerify(files.keys.getPublic());
    verifier.update(message);
    assertThat(verifier.verify(signed)).isTrue();
  }

  @Test
  void theAnswerIsAsItIsWritten() throws Exception {
    ImportFiles files = ImportFiles.ec("secp256r1");
    String answer = VAULT.post("/certificates/golden-import/import", "{\"value\":\"" + ImportFiles.base64(files.pkcs12("pw"))
        + "\",\"pwd\":\"pw\",\"policy\":{\"key_props\":{\"exportable\":true,\"kty\":\"EC\",\"crv\":\"P-256\",\"reuse_key\":false},"
        + "\"secret_props\":{\"contentType\":\"application/x-pkcs12\"}},\"attributes\":{\"enabled\":true},\"tags\":{\"a\":\"b\"},"
        + "\"preserveCertOrder\":false}").body().toString();

    String same = answer.replaceAll("https://[^/]+/", "https://vault/").replaceAll("[0-9a-f]{32}", "<version>")
        .replaceAll("\"(created|updated)\":[0-9]+", "\"$1\":0").replaceAll("\"x5t\":\"[^\"]+\"", "\"x5t\":\"<x5t>\"")
        .replace(ImportFiles.base64(files.leaf.getEncoded()), "<leaf>")
        .replace(ImportFiles.base64(files.issuer.getEncoded()), "<issuer>");
    assertThat(Json.mapper().readTree(same)).isEqualTo(Json.mapper().readTree("""
        {"id": "https://vault/certificates/golden-import/<version>", "kid": "https://vault/keys/golden-import/<version>",
         "sid": "https://vault/secrets/golden-import/<version>", "x5t": "<x5t>", "cer": "<leaf>", "x5c": ["<leaf>", "<issuer>"],
         "contentType": "application/x-pkcs12",
         "attributes": {"enabled": true, "nbf": 1767225600, "exp": 2082758400, "created": 0, "updated": 0,
           "recoveryLevel": "Recoverable+Purgeable", "recoverableDays": 90},
         "tags": {"a": "b"},
         "policy": {"id": "https://vault/certificates/golden-import/policy",
           "key_props": {"exportable": true, "kty": "EC", "key_size": 256, "reuse_key": false, "crv": "P-256"},
           "secret_props": {"contentType": "application/x-pkcs12"},
           "x509_props": {"subject": "O=Keyhaven,CN=imported", "ekus": ["1.3.6.1.5.5.7.3.1"],
             "sans": {"dns_names": ["imported.test"]}, "key_usage": ["digitalSignature"], "validity_months": 120},
           "lifetime_actions": [{"trigger": {"lifetime_percentage": 80}, "action": {"action_type": "EmailContacts"}}],
           "issuer": {"name": "Unknown"}, "attributes": {"enabled": true, "created": 0, "updated": 0}}}"""));
  }

  @Test
  void everyFormThatClientsSendIsTaken() throws Exception {
    ImportFiles rsa = ImportFiles.rsa(2048);
    ImportFiles ec = ImportFiles.ec("secp256r1");
    List<Reply> replies = List.of(post("form-a", rsa.pem(), null, null),
        post("form-b", ImportFiles.base64(ec.pem().getBytes(StandardCharsets.US_ASCII)), null, null),
        post("form-c", rsa.traditionalPem(), null, null),
        post("form-d", "Bag Attributes\n  friendlyName: any\n" + ec.traditionalPem(), null, null),
        post("form-e", ImportFiles.base64(rsa.pkcs12("secret")), "secret", null),
        post("form-f", ImportFiles.base64(ec.legacyPkcs12("s\u00e9cret")), "s\u00e9cret", null),
        post("form-g", ImportFiles.base64(rsa.legacyPkcs12("")), null, null),
        post("form-h", ImportFiles.base64(ec.pkcs12("")), "", null),
        post("form-i", ImportFiles.base64(ImportFiles.ec("secp256k1").legacyPkcs12("k")), "k", null));

    assertThat(replies).extracting(reply -> reply.status() + " " + reply.body().path("error").path("message").asString(""))
        .containsOnly("200 ");
  }

  @Test
  void aSecondImportIsANewVersionAndADeletedOneIsInTheWay() throws Exception {
    String name = "import-again";
    assertThat(post(name, ImportFiles.rsa(2048).pem(), null, null).status()).isEqualTo(200);
    ImportFiles second = ImportFiles.ec("secp256r1");
    assertThat(post(name, second.pem(), null, null).status()).isEqualTo(200);
    assertThat(VAULT.get("/certificates/" + name + "/versions").body().get("value")).hasSize(2);
    assertThat(chain(VAULT.get("/certificates/" + name).body())).containsExactlyElementsOf(second.chain());
    assertThat(VAULT.get("/certificates/" + name + "/pending").error()).isEqualTo("PendingCertificateNotFound");

    VAULT.send("DELETE", "/certificates/" + name, null);
    Reply deleted = post(name, second.pem(), null, null);
    assertThat(deleted.status()).isEqualTo(409);
    assertThat(deleted.innerError()).isEqualTo("ObjectIsDeletedButRecoverable");
  }

  @Test
  void whatIsUnderWayOrABareKeyIsNotReplaced() throws Exception {
    String pem = ImportFiles.ec("secp256r1").pem();
    VAULT.post("/keys/import-bare/create", "{\"kty\":\"EC\"}");
    assertThat(post("import-bare", pem, null, null).status()).isEqualTo(409);
    VAULT.post("/certificates/import-pending/create",
        "{\"policy\":{\"issuer\":{\"name\":\"Unknown\"},\"x509_props\":{\"subject\":\"CN=a\"}}}");
    assertThat(post("import-pending", pem, null, null).status()).isEqualTo(409);
    assertThat(post("issuers", pem, null, null).status()).isEqualTo(400);
  }

  @Test
  void whatDoesNotFitIsRefusedAndLeavesNothing() throws Exception {
    ImportFiles one = ImportFiles.ec("secp256r1");
    ImportFiles other = ImportFiles.ec("secp256r1");
    String key = one.pem().substring(0, one.pem().indexOf("-----BEGIN CERTIFICATE"));
    String pem12 = "{\"secret_props\":{\"contentType\":\"application/x-pkcs12\"}}";
    refused("the public key of the private key", key + ImportFiles.pem(other.leaf), null, null);
    refused("did not issue", key + ImportFiles.pem(one.leaf, other.leaf), null, null);
    refused("1 to 10", key, null, null);
    refused("no private key", ImportFiles.pem(one.leaf), null, null);
    refused("more than one private key", key + one.pem(), null, null);
    refused("contentType", one.pem(), null, pem12);
    refused("password", ImportFiles.base64(one.pkcs12("right")), "wrong", null);
    refused("password", ImportFiles.base64(one.pkcs12("right")), null, null);
    refused("exportable", one.pem(), null, "{\"key_props\":{\"kty\":\"EC-HSM\",\"exportable\":true}}");
    refused("kty", one.pem(), null, "{\"key_props\":{\"kty\":\"RSA\"}}");
    refused("crv", one.pem(), null, "{\"key_props\":{\"crv\":\"P-384\"}}");
    refused("key_size", one.pem(), null, "{\"key_props\":{\"key_size\":384}}");
    refused("none of the curves", ImportFiles.ec("brainpoolP256r1").pem(), null, null);
    refused("2048, 3072 or 4096", ImportFiles.rsa(1024).pem(), null, null);
    refused("no private key", "%%%", null, null);
    refused("required", "", null, null);
    assertThat(VAULT.post("/certificates/refused-import/import", "{}").status()).isEqualTo(400);
    assertThat(VAULT.get("/certificates/refused-import").status()).isEqualTo(404);
    assertThat(VAULT.get("/keys/refused-import").status()).isEqualTo(404);
  }

  private static void refused(String reason, String value, String password, String policy) {
    Reply reply = post("refused-import", value, password, policy);
    assertThat(reply.status()).as(reply.body().toString()).isEqualTo(400);
    assertThat(reply.body().toString()).contains(reason);
  }

  @Test
  void aManagedHsmTakesNone() throws Exception {
    assertThat(new RawVault(true).post("/certificates/a/import", "{\"value\":\"AAAA\"}").status()).isEqualTo(404);
  }
}
