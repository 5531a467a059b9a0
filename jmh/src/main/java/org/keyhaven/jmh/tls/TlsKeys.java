package org.keyhaven.jmh.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.keyhaven.jmh.harness.Bench;
import org.keyhaven.jmh.harness.Tool;
import org.keyhaven.jmh.harness.Vault;
import org.keyhaven.provider.KeyhavenProvider;

/**
 * An RSA-2048 and a P-256 key in the vault and the same in PKCS#12 files, each with a certificate that it signed itself; and
 * a trust store of these four certificates, with which both sides verify each other.
 *
 * @param directory of the files
 */
record TlsKeys(Path directory) {
  private static final String PROPERTY = "keyhaven.bench.tls";
  private static final String PASSWORD = "changeit";
  private static final String TRUST = "trust.p12";
  private static final Map<String, List<String>> KEYS = Map.of(
      "rsa", List.of("-keyalg", "RSA", "-keysize", "2048"),
      "ec", List.of("-keyalg", "EC", "-groupname", "secp256r1"));

  /** The system property that names the directory in a worker. */
  static String property() {
    return PROPERTY;
  }

  static TlsKeys ofWorker() {
    return new TlsKeys(Path.of(System.getProperty(PROPERTY)));
  }

  /** The alias in the vault, and the name of the key there. */
  static String alias(String key) {
    return "bench-tls-" + key;
  }

  /** Generates them. */
  static TlsKeys create(Bench bench, Vault vault) throws IOException, InterruptedException, GeneralSecurityException {
    TlsKeys keys = new TlsKeys(bench.subdirectory("tls"));
    for (String key : KEYS.keySet()) {
      keys.generate(key, bench.root().resolve("keyhaven").toString(), "keytool", "--data", vault.directory().toString());
      keys.generate(key, Tool.ofJdk("keytool"), "-keystore", keys.file(key + ".p12"), "-storepass", PASSWORD);
    }
    keys.trustAll(vault);
    return keys;
  }

  private void generate(String key, String... keytool) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(keytool));
    command.addAll(List.of("-genkeypair", "-alias", alias(key), "-dname", "CN=localhost", "-ext", "san=dns:localhost"));
    command.addAll(KEYS.get(key));
    Tool.run(directory.resolve("keytool.log"), Map.of("KEYHAVEN_BUILT", "1"), command);
  }

  private void trustAll(Vault vault) throws GeneralSecurityException, IOException {
    KeyStore remote = KeyStore.getInstance(KeyhavenProvider.NAME,
        new KeyhavenProvider().configure(vault.connectionFile().toString()));
    remote.load(null, null);
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    for (String key : KEYS.keySet()) {
      trust.setCertificateEntry(key + "-vault", remote.getCertificate(alias(key)));
      trust.setCertificateEntry(key + "-local", local(key).getCertificate(alias(key)));
    }
    try (OutputStream file = Files.newOutputStream(directory.resolve(TRUST))) {
      trust.store(file, PASSWORD.toCharArray());
    }
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  /** The key store of a PKCS#12 file. */
  KeyStore local(String key) throws GeneralSecurityException, IOException {
    return KeyStore.getInstance(directory.resolve(key + ".p12").toFile(), PASSWORD.toCharArray());
  }

  /**
   * Shows a certificate of this store; trusts the four and nothing else.
   *
   * @param keyManagers algorithm of the KeyManagerFactory
   */
  SSLContext context(KeyStore shown, String keyManagers) throws GeneralSecurityException, IOException {
    KeyManagerFactory managers = KeyManagerFactory.getInstance(keyManagers);
    managers.init(shown, PASSWORD.toCharArray());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(KeyStore.getInstance(directory.resolve(TRUST).toFile(), PASSWORD.toCharArray()));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
