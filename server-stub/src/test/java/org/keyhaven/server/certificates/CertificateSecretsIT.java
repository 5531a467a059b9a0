package org.keyhaven.server.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.EncryptedData;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.pkcs.PKCS12PfxPdu;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagFactory;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.server.RawVault;
import org.keyhaven.server.RawVault.Reply;
import org.keyhaven.server.json.Json;
import tools.jackson.databind.JsonNode;

/** The secrets behind certificates, opened as their readers do. */
class CertificateSecretsIT {
  private static final RawVault VAULT = new RawVault(false);
  private static final String PEM = "application/x-pem-file";
  private static final String PKCS12 = "application/x-pkcs12";

  private static void importCertificate(String name, ImportFiles files, String kty, boolean exportable) throws Exception {
    Reply reply = VAULT.post("/certificates/" + name + "/import", Json.mapper().createObjectNode()
        .put("value", ImportFiles.base64(files.pkcs12("pw"))).put("pwd", "pw")
        .set("policy", Json.mapper().readTree("{\"key_props\":{\"kty\":\"" + kty + "\",\"exportable\":" + exportable + "}}"))
        .toString());
    assertThat(reply.status()).as("%s", reply.body()).isEqualTo(200);
  }

  private static void create(String name, String issuer, String key, String contentType) {
    assertThat(VAULT.post("/certificates/" + name + "/create", "{\"policy\":{\"issuer\":{\"name\":\"" + issuer
        + "\"},\"key_props\":" + key + ",\"secret_props\":{\"contentType\":\"" + contentType
        + "\"},\"x509_props\":{\"subject\":\"CN=secret\"}}}").status()).isEqualTo(202);
  }

  private static Reply secret(String path) {
    Reply reply = VAULT.get("/secrets/" + path);
    assertThat(reply.status()).as("%s", reply.error()).isEqualTo(200);
    return reply;
  }

  private static byte[] value(Reply secret) {
    assertThat(secret.body().get("contentType").asString()).isEqualTo(PKCS12);
    return Base64.getDecoder().decode(secret.body().get("value").asString());
  }

  private static KeyStore open(byte[] file, KeyStore store) throws Exception {
    store.load(new ByteArrayInputStream(file), new char[0]);
    return store;
  }

  /**
   * As Microsoft's JCA provider reads a chain: of encrypted parts alone, with the JDK's ciphers, which take this password for none,
   * whereas they make two zero octets of an empty one.
   */
  private static List<X509Certificate> chain(byte[] file) throws Exception {
    List<X509Certificate> chain = new ArrayList<>();
    for (ContentInfo part : new PKCS12PfxPdu(file).getContentInfos()) {
      if (part.getContentType().equals(PKCSObjectIdentifiers.encryptedData)) {
        for (PKCS12SafeBag bag : new PKCS12SafeBagFactory(part, new JcePKCSPBEInputDecryptorProviderBuilder()
            .build(new char[] {0})).getSafeBags()) {
          chain.add(certificate(((X509CertificateHolder) bag.getBagValue()).getEncoded()));
        }
      }
    }
    return chain;
  }

  private static X509Certificate certificate(byte[] der) throws Exception {
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private static List<PemObject> objects(String pem) throws Exception {
    List<PemObject> objects = new ArrayList<>();
    try (PemReader reader = new PemReader(new StringReader(pem))) {
      for (PemObject object = reader.readPemObject(); object != null; object = reader.readPemObject()) {
        objects.add(object);
      }
    }
    return objects;
  }

  private static boolean belong(PrivateKey key, X509Certificate certificate) throws Exception {
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(new byte[3]);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(certificate.getPublicKey());
    verifier.update(new byte[3]);
    return verifier.verify(signature);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void anExportableKeyIsInItsPkcs12WithItsChainAndOpensWithAnEmptyPassword(String kty) throws Exception {
    ImportFiles files = kty.equals("RSA") ? ImportFiles.rsa(2048) : ImportFiles.ec("secp256r1");
    String name = "secret-exportable-" + kty;
    importCertificate(name, files, kty, true);

    byte[] file = value(secret(name));

    for (KeyStore store : List.of(open(file, KeyStore.getInstance("PKCS12")),
        open(file, KeyStore.getInstance("PKCS12", ImportFiles.BC)))) {
      String alias = store.aliases().nextElement();
      assertThat(store.isKeyEntry(alias)).isTrue();
      // By what it is, because providers write the same key in PKCS#8 with and without its public half.
      assertThat(belong((PrivateKey) store.getKey(alias, new char[0]), files.leaf)).isTrue();
      assertThat(store.getCertificateChain(alias)).containsExactlyElementsOf(new ArrayList<Certificate>(files.chain()));
    }
    assertThat(chain(file)).containsExactlyElementsOf(files.chain());
  }

  @Test
  void theFileIsEncryptedAsOldClientsReadIt() throws Exception {
    importCertificate("secret-classic", ImportFiles.ec("secp256r1"), "EC", true);
    PKCS12PfxPdu file = new PKCS12PfxPdu(value(secret("secret-classic")));
    assertThat(file.getMacAlgorithmID().getAlgorithm().getId()).isEqualTo("1.3.14.3.2.26");
    List<String> ciphers = new ArrayList<>();
    for (ContentInfo part : file.getContentInfos()) {
      if (part.getContentType().equals(PKCSObjectIdentifiers.encryptedData)) {
        ciphers.add(EncryptedData.getInstance(part.getContent()).getEncryptionAlgorithm().getAlgorithm().getId());
      }
    }
    assertThat(ciphers).containsExactly(PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC.getId());
  }

  @ParameterizedTest
  @CsvSource({"RSA-HSM,false", "EC-HSM,false", "EC,false"})
  void aKeyThatIsNotExportableStaysWhereItIsAndTheChainComesAlone(String kty, boolean exportable) throws Exception {
    ImportFiles files = kty.startsWith("RSA") ? ImportFiles.rsa(2048) : ImportFiles.ec("secp256r1");
    String name = "secret-stays-" + kty;
    importCertificate(name, files, kty, exportable);

    byte[] file = value(secret(name));

    assertThat(chain(file)).containsExactlyElementsOf(files.chain());
    assertThat(new PKCS12PfxPdu(file).getContentInfos()).hasSize(1);
    List<PemObject> pem = objects(secret(name + "?outContentType=" + PEM).body().get("value").asString());
    assertThat(pem).extracting(PemObject::getType).containsExactly("CERTIFICATE", "CERTIFICATE");
  }

  @Test
  void aGeneratedExportableKeySignsForItsCertificate() throws Exception {
    create("secret-generated", "Self", "{\"kty\":\"RSA\",\"key_size\":3072}", PKCS12);
    KeyStore store = open(value(secret("secret-generated")), KeyStore.getInstance("PKCS12"));
    String alias = store.aliases().nextElement();
    PrivateKey key = (PrivateKey) store.getKey(alias, new char[0]);
    assertThat(belong(key, (X509Certificate) store.getCertificate(alias))).isTrue();
  }

  @Test
  void pemHasTheKeyFirstAndThenTheChain() throws Exception {
    ImportFiles files = ImportFiles.rsa(2048);
    assertThat(VAULT.post("/certificates/secret-pem/import",
        Json.mapper().createObjectNode().put("value", files.pem()).toString()).status()).isEqualTo(200);

    JsonNode secret = secret("secret-pem").body();

    assertThat(secret.get("contentType").asString()).isEqualTo(PEM);
    List<PemObject> objects = objects(secret.get("value").asString());
    assertThat(objects).extracting(PemObject::getType).containsExactly("PRIVATE KEY", "CERTIFICATE", "CERTIFICATE");
    assertThat(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(objects.get(0).getContent())))
        .isEqualTo(files.keys.getPrivate());
    assertThat(certificate(objects.get(1).getContent())).isEqualTo(files.leaf);
    assertThat(certificate(objects.get(2).getContent())).isEqualTo(files.issuer);
  }

  @Test
  void pkcs12CanBeHadAsPemAndNothingElseIsConverted() throws Exception {
    create("secret-converted", "Self", "{\"kty\":\"EC\"}", PKCS12);
    JsonNode secret = secret("secret-converted?outContentType=" + PEM).body();
    assertThat(secret.get("contentType").asString()).isEqualTo(PEM);
    assertThat(objects(secret.get("value").asString())).extracting(PemObject::getType)
        .containsExactly("PRIVATE KEY", "CERTIFICATE");
    assertThat(value(secret("secret-converted?outContentType=" + PKCS12))).isNotEmpty();
    assertThat(VAULT.get("/secrets/secret-converted?outContentType=text/plain").error()).isEqualTo("BadParameter");
    create("secret-of-pem", "Self", "{\"kty\":\"EC\"}", PEM);
    assertThat(VAULT.get("/secrets/secret-of-pem?outContentType=" + PKCS12).error()).isEqualTo("BadParameter");
  }

  @Test
  void theBundleSaysWhatTheCertificateSays() {
    create("secret-bundle", "Self", "{\"kty\":\"EC-HSM\"}", PEM);
    VAULT.send("PATCH", "/certificates/secret-bundle", "{\"tags\":{\"a\":\"b\"}}");
    JsonNode certificate = VAULT.get("/certificates/secret-bundle").body();
    String version = certificate.get("sid").asString().replaceAll(".*/", "");

    JsonNode secret = secret("secret-bundle").body();

    assertThat(secret.get("id")).isEqualTo(certificate.get("sid"));
    assertThat(secret.get("kid")).isEqualTo(certificate.get("kid"));
    assertThat(secret.get("attributes")).isEqualTo(certificate.get("attributes"));
    assertThat(secret.get("tags")).isEqualTo(certificate.get("tags"));
    assertThat(secret.get("managed").asBoolean()).isTrue();
    assertThat(secret.propertyNames()).containsExactlyInAnyOrder("value", "id", "contentType", "attributes", "tags", "kid",
        "managed");
    for (String path : List.of("secret-bundle/", "secret-bundle/" + version, "secret-bundle/" + version + "/",
        "/secret-bundle//")) {
      assertThat(secret(path).body()).as(path).isEqualTo(secret);
    }
  }

  @Test
  void eachVersionHasItsOwn() throws Exception {
    ImportFiles first = ImportFiles.ec("secp256r1");
    ImportFiles second = ImportFiles.ec("secp256r1");
    importCertificate("secret-versions", first, "EC", true);
    String version = VAULT.get("/certificates/secret-versions").body().get("sid").asString().replaceAll(".*/", "");
    importCertificate("secret-versions", second, "EC", true);

    assertThat(chain(value(secret("secret-versions")))).containsExactlyElementsOf(second.chain());
    assertThat(chain(value(secret("secret-versions/" + version)))).containsExactlyElementsOf(first.chain());
  }

  @Test
  void aDisabledCertificateHasNoSecretToGive() {
    create("secret-disabled", "Self", "{\"kty\":\"EC\"}", PKCS12);
    VAULT.send("PATCH", "/certificates/secret-disabled", "{\"attributes\":{\"enabled\":false}}");
    Reply refused = VAULT.get("/secrets/secret-disabled");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.error()).isEqualTo("Forbidden");
    assertThat(refused.innerError()).isEqualTo("SecretDisabled");
    VAULT.send("PATCH", "/certificates/secret-disabled", "{\"attributes\":{\"enabled\":true}}");
    secret("secret-disabled");
  }

  @Test
  void whatIsPendingDeletedOrNoCertificateIsNotFound() {
    create("secret-pending", "Unknown", "{\"kty\":\"EC\"}", PKCS12);
    create("secret-deleted", "Self", "{\"kty\":\"EC\"}", PKCS12);
    VAULT.send("DELETE", "/certificates/secret-deleted", null);
    VAULT.post("/keys/secret-key/create", "{\"kty\":\"EC\"}");
    create("secret-there", "Self", "{\"kty\":\"EC\"}", PKCS12);
    for (String path : List.of("secret-pending", "secret-deleted", "secret-key", "secret-nowhere",
        "secret-there/" + "0".repeat(32))) {
      Reply reply = VAULT.get("/secrets/" + path);
      assertThat(reply.status()).as(path).isEqualTo(404);
      assertThat(reply.error()).as(path).isEqualTo("SecretNotFound");
    }
    assertThat(VAULT.get("/secrets/secret-there/short").error()).isEqualTo("BadParameter");
    VAULT.post("/deletedcertificates/secret-deleted/recover", null);
    secret("secret-deleted");
  }

  @Test
  void secretsCanOnlyBeReadAndOnlyThoseOfCertificates() {
    create("secret-only", "Self", "{\"kty\":\"EC\"}", PKCS12);
    assertThat(VAULT.send("PUT", "/secrets/secret-only", "{\"value\":\"x\"}").status()).isEqualTo(405);
    assertThat(VAULT.send("DELETE", "/secrets/secret-only", null).status()).isEqualTo(405);
    assertThat(VAULT.get("/secrets").status()).isEqualTo(404);
    assertThat(VAULT.get("/deletedsecrets").status()).isEqualTo(404);
    assertThat(new RawVault(true).get("/secrets/secret-only").status()).isEqualTo(404);
  }
}
