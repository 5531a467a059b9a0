package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DomainLoadStoreParameter;
import java.security.KeyStore;
import java.security.KeyStore.CallbackHandlerProtection;
import java.security.KeyStore.PasswordProtection;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyStoreBuilderParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.wire.Certificates.CertificateCreateParameters;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.client.wire.Certificates.IssuerParameters;
import org.keyhaven.client.wire.Certificates.KeyProperties;
import org.keyhaven.client.wire.Certificates.SubjectAlternativeNames;
import org.keyhaven.client.wire.Certificates.X509Properties;
import org.keyhaven.client.wire.KeyType;

/** The ways in which JSSE is given key stores: several at a time, domains of them, and several keys for several names. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JsseKeyStoresIT {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private static KeyhavenProvider provider;
  private static String alias;
  private static KeyStore vault;
  private static KeyStore local;
  private static Path localFile;

  @BeforeAll
  static void generate(@TempDir Path folder) throws Exception {
    provider = RemoteKeys.provider();
    Security.addProvider(provider);
    alias = RemoteKeys.certified(provider, "EC", 256);
    vault = RemoteKeys.store(provider);
    localFile = folder.resolve("local.p12");
    Tools.run(Tools.current().resolve("bin/keytool"), "-genkeypair", "-alias", "local", "-keyalg", "RSA", "-dname",
        "CN=local", "-keystore", localFile.toString(), "-storetype", "PKCS12", "-storepass", "changeit").succeeded();
    local = KeyStore.getInstance(localFile.toFile(), PASSWORD);
  }

  @AfterAll
  static void uninstall() {
    Security.removeProvider(KeyhavenProvider.NAME);
  }

  @Test
  void oneKeyManagerTakesTheVaultAndALocalKeyStore() throws Exception {
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(new KeyStoreBuilderParameters(List.of(
        KeyStore.Builder.newInstance(local, new PasswordProtection(PASSWORD)),
        KeyStore.Builder.newInstance("Keyhaven", null, new PasswordProtection(null)))));
    assertThat(served(factory, "RSA", "TLSv1.3")).isEqualTo(local.getCertificate("local"));
    assertThat(vault.getCertificateAlias(served(factory, "EC", "TLSv1.3"))).isNotNull();
    assertThat(vault.getCertificateAlias(served(factory, "EC", "TLSv1.2"))).isNotNull();
  }

  /** As programs do that work with any token: a vault has no password to ask for. */
  @Test
  void aBuilderThatWouldAskForAPasswordNeedNot() throws Exception {
    KeyStore built = KeyStore.Builder.newInstance("Keyhaven", null, new CallbackHandlerProtection(callbacks -> {
      throw new AssertionError("nobody should be asked");
    })).getKeyStore();
    assertThat(built.getKey(alias, null)).isInstanceOf(VaultPrivateKey.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PKIX", "SunX509"})
  void aDomainJoinsTheVaultToALocalKeyStore(String algorithm, @TempDir Path folder) throws Exception {
    Path domains = Files.writeString(folder.resolve("domains"), """
        domain app {
          keystore remote keystoreType="Keyhaven" keystoreProvider="Keyhaven";
          keystore disk keystoreType="PKCS12" keystoreURI="%s";
        };
        """.formatted(localFile));
    KeyStore domain = KeyStore.getInstance("DKS");
    domain.load(new DomainLoadStoreParameter(domains.toUri(), Map.of("disk", new PasswordProtection(PASSWORD))));
    assertThat(Collections.list(domain.aliases())).contains("remote " + alias, "disk local");
    assertThat(domain.getKey("remote " + alias, PASSWORD)).isInstanceOf(VaultPrivateKey.class);
    assertThat(domain.getCertificate("remote " + alias)).isEqualTo(vault.getCertificate(alias));

    KeyManagerFactory factory = KeyManagerFactory.getInstance(algorithm);
    factory.init(domain, PASSWORD);
    assertThat(vault.getCertificateAlias(served(factory, "EC", "TLSv1.3"))).isNotNull();
    assertThat(served(factory, "RSA", "TLSv1.2")).isInstanceOf(X509Certificate.class);
  }

  @ParameterizedTest
  @CsvSource({"EC_HSM, TLSv1.3", "EC_HSM, TLSv1.2", "RSA_HSM, TLSv1.3", "RSA_HSM, TLSv1.2"})
  void eachNameIsServedWithItsOwnKey(KeyType kty, String protocol) throws Exception {
    List<String> hosts = List.of("one." + RemoteKeys.name("sni") + ".test", "two." + RemoteKeys.name("sni") + ".test",
        "three." + RemoteKeys.name("sni") + ".test");
    for (String host : hosts) {
      certified(host, kty);
    }
    KeyStore fresh = RemoteKeys.store(RemoteKeys.provider());
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(fresh, null);
    String type = kty.family().name();
    SSLContext server = Handshake.context(keyManagers(factory, type), null);
    SSLContext client = Handshake.context(null, Handshake.trusting(fresh));
    for (String host : hosts) {
      X509Certificate shown = (X509Certificate) new Handshake(server, client, protocol, Handshake.suite(protocol, type),
          false, host).succeed().getPeerCertificates()[0];
      assertThat(shown.getSubjectAlternativeNames()).containsExactly(List.of(2, host));
    }
  }

  /** A certificate named as its host with hyphens. */
  private static void certified(String host, KeyType kty) throws Exception {
    KeyhavenClient client = provider.session(provider.settings()).client();
    // JSSE takes an EC certificate that says nothing of key agreement for no server's, whatever its names.
    List<String> usage = List.of("digitalSignature", kty == KeyType.EC_HSM ? "keyAgreement" : "keyEncipherment");
    String name = host.replace('.', '-');
    client.certificates().create(name, new CertificateCreateParameters(
        new CertificatePolicy(null, new KeyProperties(false, kty, null, null, null), null, new X509Properties("CN=" + host,
            null, new SubjectAlternativeNames(null, List.of(host), null, null, null), usage, 12), null,
            new IssuerParameters(IssuerParameters.SELF, null, null), null), null, null, null));
    client.certificates().awaitCompletion(name, Duration.ofSeconds(30));
  }

  private static KeyManager[] keyManagers(KeyManagerFactory factory, String type) {
    return new KeyManager[] {new OneKeyType((X509ExtendedKeyManager) factory.getKeyManagers()[0], type)};
  }

  /** What a server with these keys shows to a client that trusts the vault's and the local ones. */
  private static Certificate served(KeyManagerFactory factory, String type, String protocol) throws Exception {
    KeyStore trusted = Handshake.trusting(vault);
    trusted.setCertificateEntry("local", local.getCertificate("local"));
    return new Handshake(Handshake.context(keyManagers(factory, type), null), Handshake.context(null, trusted), protocol,
        Handshake.suite(protocol, type), false, null).succeed().getPeerCertificates()[0];
  }
}
