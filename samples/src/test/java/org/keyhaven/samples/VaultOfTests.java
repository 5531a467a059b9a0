package org.keyhaven.samples;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.TokenSource;
import org.keyhaven.client.wire.Certificates.CertificateCreateParameters;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.client.wire.Certificates.IssuerParameters;
import org.keyhaven.client.wire.Certificates.KeyProperties;
import org.keyhaven.client.wire.Certificates.SubjectAlternativeNames;
import org.keyhaven.client.wire.Certificates.X509Properties;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.provider.KeyhavenProvider;
import org.keyhaven.server.TestVault;

/** The shared test vault as an application sees it: the provider installed behind the JDK's, until this is closed. */
final class VaultOfTests implements AutoCloseable {
  /** Aliases of the two certificates for {@code localhost}: RSA of 2048 bits, and P-256. */
  static final String RSA = "samples-rsa";
  static final String EC = "samples-ec";

  private static final TestVault VAULT = TestVault.get();
  private static boolean made;

  private final KeyStore store;

  VaultOfTests() throws GeneralSecurityException, IOException {
    certificatesMade();
    Security.addProvider(new KeyhavenProvider().configure(VAULT.connectionFile().toString()));
    store = KeyStore.getInstance("Keyhaven");
    store.load(null, null);
  }

  KeyStore store() {
    return store;
  }

  PrivateKey key(String alias) throws GeneralSecurityException {
    return (PrivateKey) store.getKey(alias, null);
  }

  X509Certificate certificate(String alias) throws GeneralSecurityException {
    return (X509Certificate) store.getCertificate(alias);
  }

  /** A key store that trusts the two certificates and no others. */
  KeyStore trusting() throws GeneralSecurityException, IOException {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    for (String alias : List.of(RSA, EC)) {
      trust.setCertificateEntry(alias, store.getCertificate(alias));
    }
    return trust;
  }

  @Override
  public void close() {
    Security.removeProvider(KeyhavenProvider.NAME);
  }

  /** Once: with more of them, JSSE would choose among those of other tests. */
  private static synchronized void certificatesMade() {
    if (!made) {
      make(RSA, KeyType.RSA_HSM);
      make(EC, KeyType.EC_HSM);
      made = true;
    }
  }

  private static void make(String name, KeyType kty) {
    SubjectAlternativeNames localhost = new SubjectAlternativeNames(null, List.of("localhost"), null, null, null);
    // JSSE takes an EC certificate for a server's only with keyAgreement: this one goes before others in the vault.
    List<String> usage = kty == KeyType.EC_HSM ? List.of("digitalSignature", "keyAgreement") : null;
    CertificatePolicy policy = new CertificatePolicy(null, new KeyProperties(false, kty, null, null, null), null,
        new X509Properties("CN=localhost", null, localhost, usage, 12), null,
        new IssuerParameters(IssuerParameters.SELF, null, null), null);
    try (KeyhavenClient client = KeyhavenClient.builder().vault(URI.create(VAULT.vaultUrl())).caFile(VAULT.caFile())
        .tokenSource(TokenSource.fixed(VAULT.token(false))).build()) {
      client.certificates().create(name, new CertificateCreateParameters(policy, null, null, null));
      client.certificates().awaitCompletion(name, Duration.ofSeconds(30));
    }
  }
}
