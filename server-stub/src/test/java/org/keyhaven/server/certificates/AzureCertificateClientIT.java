package org.keyhaven.server.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.azure.core.credential.TokenCredential;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceNotFoundException;
import com.azure.core.util.polling.LongRunningOperationStatus;
import com.azure.core.util.polling.SyncPoller;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.security.keyvault.certificates.CertificateClient;
import com.azure.security.keyvault.certificates.CertificateClientBuilder;
import com.azure.security.keyvault.certificates.models.CertificateContentType;
import com.azure.security.keyvault.certificates.models.CertificateKeyCurveName;
import com.azure.security.keyvault.certificates.models.CertificateKeyType;
import com.azure.security.keyvault.certificates.models.CertificateOperation;
import com.azure.security.keyvault.certificates.models.CertificatePolicy;
import com.azure.security.keyvault.certificates.models.CertificateProperties;
import com.azure.security.keyvault.certificates.models.ImportCertificateOptions;
import com.azure.security.keyvault.certificates.models.KeyVaultCertificateWithPolicy;
import com.azure.security.keyvault.certificates.models.MergeCertificateOptions;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keyhaven.server.TestVault;
import org.keyhaven.server.admin.ConnectionFile;

/** Microsoft's certificate client, unmodified, with keys in SoftHSM. */
class AzureCertificateClientIT {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static CertificateClient client;
  private static SecretClient secrets;

  @BeforeAll
  static void connect() {
    System.setProperty("keyhaven.ca.file", TestVault.get().caFile().toString());
    ConnectionFile connection = TestVault.get().connection();
    TokenCredential credential = new ClientSecretCredentialBuilder().authorityHost(connection.authorityHost())
        .tenantId(connection.tenantId()).clientId(connection.clientId()).clientSecret(connection.clientSecret())
        .disableInstanceDiscovery().build();
    client = new CertificateClientBuilder().vaultUrl(TestVault.get().vaultUrl()).disableChallengeResourceVerification()
        .credential(credential).buildClient();
    secrets = new SecretClientBuilder().vaultUrl(TestVault.get().vaultUrl()).disableChallengeResourceVerification()
        .credential(credential).buildClient();
  }

  @AfterAll
  static void restore() {
    System.clearProperty("keyhaven.ca.file");
  }

  @Test
  void aSelfSignedCertificateIsCreatedFoundChangedAndDeleted() throws Exception {
    String name = "azure-self";
    SyncPoller<CertificateOperation, KeyVaultCertificateWithPolicy> poller = client.beginCreateCertificate(name,
        new CertificatePolicy("Self", "CN=azure").setKeyType(CertificateKeyType.RSA_HSM).setKeySize(2048).setExportable(false)
            .setValidityInMonths(6));
    assertThat(poller.waitForCompletion(LONGEST).getStatus()).isEqualTo(LongRunningOperationStatus.SUCCESSFULLY_COMPLETED);

    KeyVaultCertificateWithPolicy made = poller.getFinalResult();
    X509Certificate certificate = parse(made.getCer());
    certificate.verify(certificate.getPublicKey());
    assertThat(made.getPolicy().getKeyType()).isEqualTo(CertificateKeyType.RSA_HSM);
    assertThat(made.getPolicy().getValidityInMonths()).isEqualTo(6);
    assertThat(made.getKeyId()).contains("/keys/" + name + "/");
    assertThat(client.getCertificateVersion(name, made.getProperties().getVersion()).getCer()).isEqualTo(made.getCer());
    assertThat(client.listPropertiesOfCertificates().stream().map(CertificateProperties::getName)).contains(name);
    assertThat(client.listPropertiesOfCertificateVersions(name).stream().map(CertificateProperties::getVersion))
        .containsExactly(made.getProperties().getVersion());

    assertThat(client.updateCertificateProperties(made.getProperties().setEnabled(false)).getProperties().isEnabled())
        .isFalse();
    assertThat(client.updateCertificatePolicy(name, made.getPolicy().setValidityInMonths(9)).getValidityInMonths())
        .isEqualTo(9);

    client.beginDeleteCertificate(name).waitForCompletion(LONGEST);
    assertThat(client.getDeletedCertificate(name).getRecoveryId()).endsWith("/deletedcertificates/" + name);
    client.beginRecoverDeletedCertificate(name).waitForCompletion(LONGEST);
    assertThat(client.getCertificate(name).getCer()).isEqualTo(made.getCer());
    client.beginDeleteCertificate(name).waitForCompletion(LONGEST);
    client.purgeDeletedCertificate(name);
    assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> client.getCertificate(name));
  }

  @Test
  void aRequestIsSignedOutsideAndMerged() throws Exception {
    String name = "azure-merged";
    client.beginCreateCertificate(name, new CertificatePolicy("Unknown", "CN=azure").setKeyType(CertificateKeyType.EC_HSM)
        .setKeyCurveName(CertificateKeyCurveName.P_256).setExportable(false)).poll();
    CertificateOperation pending = client.getCertificateOperation(name).poll().getValue();
    PKCS10CertificationRequest request = new PKCS10CertificationRequest(pending.getCsr());

    KeyPair authority = KeyPairGenerator.getInstance("EC").generateKeyPair();
    Instant now = Instant.now();
    byte[] issued = new X509v3CertificateBuilder(new X500Name("CN=authority"), BigInteger.TEN, Date.from(now),
        Date.from(now.plus(Duration.ofDays(10))), request.getSubject(), request.getSubjectPublicKeyInfo())
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate())).getEncoded();

    // Left alone, this option is false, not absent.
    KeyVaultCertificateWithPolicy merged =
        client.mergeCertificate(new MergeCertificateOptions(name, List.of(issued)).setEnabled(true));
    assertThat(merged.getCer()).isEqualTo(issued);
    assertThat(client.getCertificate(name).getProperties().isEnabled()).isTrue();
    assertThat(client.deleteCertificateOperation(name).getStatus()).isEqualTo("completed");
  }

  @Test
  void aCertificateIsImportedAsPemAndAsPkcs12() throws Exception {
    ImportFiles files = ImportFiles.rsa(2048);
    KeyVaultCertificateWithPolicy pem = client.importCertificate(new ImportCertificateOptions("azure-pem",
        files.pem().getBytes(StandardCharsets.US_ASCII)).setPolicy(new CertificatePolicy("Unknown", "CN=imported")
        .setContentType(CertificateContentType.PEM).setKeyType(CertificateKeyType.RSA_HSM).setExportable(false)));
    assertThat(pem.getCer()).isEqualTo(files.leaf.getEncoded());
    assertThat(pem.getPolicy().getKeyType()).isEqualTo(CertificateKeyType.RSA_HSM);
    KeyVaultCertificateWithPolicy pkcs12 = client.importCertificate(
        new ImportCertificateOptions("azure-pkcs12", files.pkcs12("secret")).setPassword("secret"));
    assertThat(pkcs12.getCer()).isEqualTo(files.leaf.getEncoded());
    assertThat(pkcs12.getPolicy().getKeySize()).isEqualTo(2048);
  }

  @Test
  void theSecretOfACertificateIsReadWithItsKey() throws Exception {
    ImportFiles files = ImportFiles.ec("secp256r1");
    KeyVaultCertificateWithPolicy imported = client.importCertificate(
        new ImportCertificateOptions("azure-secret", files.pkcs12("secret")).setPassword("secret"));

    KeyVaultSecret secret = secrets.getSecret("azure-secret");

    assertThat(secret.getId()).isEqualTo(imported.getSecretId());
    assertThat(secret.getProperties().getKeyId()).isEqualTo(imported.getKeyId());
    assertThat(secret.getProperties().isManaged()).isTrue();
    assertThat(secret.getProperties().getContentType()).isEqualTo("application/x-pkcs12");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(Base64.getDecoder().decode(secret.getValue())), new char[0]);
    String alias = store.aliases().nextElement();
    assertThat(((ECPrivateKey) store.getKey(alias, new char[0])).getS())
        .isEqualTo(((ECPrivateKey) files.keys.getPrivate()).getS());
    assertThat(store.getCertificateChain(alias)).containsExactly(files.leaf, files.issuer);
    assertThat(secrets.getSecret("azure-secret", secret.getProperties().getVersion()).getId()).isEqualTo(secret.getId());

    client.updateCertificateProperties(imported.getProperties().setEnabled(false));
    assertThatExceptionOfType(HttpResponseException.class).isThrownBy(() -> secrets.getSecret("azure-secret"))
        .satisfies(refused -> assertThat(refused.getResponse().getStatusCode()).isEqualTo(403));
    assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> secrets.getSecret("azure-no-secret"));
  }

  private static X509Certificate parse(byte[] der) throws Exception {
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
