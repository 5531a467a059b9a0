package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RSA key exchange of TLS 1.2 (RFC 5246, section 7.4.7.1): no signature, but a premaster secret that the vault decrypts. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StaticRsaIT {
  private static final int PREMASTER_BYTES = 48;
  private static final SecureRandom RANDOM = new SecureRandom();

  private static PrivateKey key;
  private static X509Certificate certificate;
  private static KeyStore trusted;

  @BeforeAll
  static void generate() throws Exception {
    KeyhavenProvider provider = RemoteKeys.provider();
    String alias = RemoteKeys.certified(provider, "RSA", 2048);
    KeyStore vault = RemoteKeys.store(provider);
    key = (PrivateKey) vault.getKey(alias, null);
    certificate = (X509Certificate) vault.getCertificate(alias);
    trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(alias, certificate);
    Security.addProvider(provider);
  }

  @AfterAll
  static void uninstall() {
    Security.removeProvider(KeyhavenProvider.NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384",
      "TLS_RSA_WITH_AES_128_CBC_SHA256", "TLS_RSA_WITH_AES_256_CBC_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA",
      "TLS_RSA_WITH_AES_256_CBC_SHA"})
  void theVaultDecryptsOnceAHandshake(String suite) throws Exception {
    assumeOffered();
    try (RemoteKeys.Requests requests = RemoteKeys.requests()) {
      SSLSession session =
          new Handshake(server(), Handshake.context(null, trusted), "TLSv1.2", suite, false, null).succeed();
      assertThat(session.getCipherSuite()).isEqualTo(suite);
      assertThat(requests.naming(((VaultPrivateKey) key).id().name())).hasSize(1)
          .allMatch(line -> line.contains("/decrypt"));
    }
  }

  /**
   * How JSSE asks, once it has heard that there is no unwrapping with its parameters. It takes a random secret for a
   * BadPaddingException, and for none else; what follows on the wire is in {@link PremasterIT}.
   */
  @Test
  void onlyPaddingThatIsWrongIsBadPadding() throws Exception {
    for (Map.Entry<String, byte[]> secret : secrets().entrySet()) {
      Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
      cipher.init(Cipher.DECRYPT_MODE, key);
      if (secret.getKey().startsWith("padded")) {
        assertThat(cipher.doFinal(secret.getValue())).as(secret.getKey()).isNotEmpty();
      } else {
        assertThatThrownBy(() -> cipher.doFinal(secret.getValue())).as(secret.getKey())
            .isExactlyInstanceOf(BadPaddingException.class);
      }
    }
  }

  private static SSLContext server() throws Exception {
    return Handshake.context(new KeyManager[] {new FixedKey(key, certificate)}, null);
  }

  private static void assumeOffered() {
    assumeThat(Security.getProperty("jdk.tls.disabledAlgorithms")).as("JDK 24 and later switch these suites off")
        .doesNotContain("TLS_RSA_");
  }

  /** Premaster secrets, encrypted; those first whose padding is right. */
  private static Map<String, byte[]> secrets() throws Exception {
    Map<String, byte[]> secrets = new LinkedHashMap<>();
    secrets.put("padded: right", encrypted("RSA/ECB/PKCS1Padding", secret(PREMASTER_BYTES, 3)));
    secrets.put("padded: of version 3.2", encrypted("RSA/ECB/PKCS1Padding", secret(PREMASTER_BYTES, 2)));
    secrets.put("padded: of version 3.4", encrypted("RSA/ECB/PKCS1Padding", secret(PREMASTER_BYTES, 4)));
    secrets.put("padded: too short", encrypted("RSA/ECB/PKCS1Padding", secret(PREMASTER_BYTES - 1, 3)));
    secrets.put("padded: too long", encrypted("RSA/ECB/PKCS1Padding", secret(PREMASTER_BYTES + 1, 3)));
    secrets.put("padded: one byte", encrypted("RSA/ECB/PKCS1Padding", new byte[] {3}));
    byte[] block = new byte[256];
    RANDOM.nextBytes(block);
    block[0] = 0;
    block[1] = 1;
    secrets.put("the padding of a signature", encrypted("RSA/ECB/NoPadding", block));
    block[1] = 3;
    secrets.put("no padding", encrypted("RSA/ECB/NoPadding", block));
    block[1] = 2;
    Arrays.fill(block, 2, 256, (byte) 0xff);
    secrets.put("padding that never ends", encrypted("RSA/ECB/NoPadding", block));
    block[5] = 0;
    secrets.put("padding that ends too early", encrypted("RSA/ECB/NoPadding", block));
    secrets.put("a block of zeros", encrypted("RSA/ECB/NoPadding", new byte[256]));
    secrets.put("one byte missing", Arrays.copyOf(secrets.get("padded: right"), 255));
    return secrets;
  }

  private static byte[] secret(int length, int minorVersion) {
    byte[] secret = new byte[length];
    RANDOM.nextBytes(secret);
    secret[0] = 3;
    secret[1] = (byte) minorVersion;
    return secret;
  }

  private static byte[] encrypted(String name, byte[] secret) throws Exception {
    Cipher cipher = Cipher.getInstance(name, "SunJCE");
    cipher.init(Cipher.ENCRYPT_MODE, certificate.getPublicKey());
    return cipher.doFinal(secret);
  }
}
