package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.SecureRandomParameters;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.KeyGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.BuildVersion;

class KeyhavenProviderTest {

  @AfterEach
  void uninstall() {
    Security.removeProvider(KeyhavenProvider.NAME);
  }

  @Test
  void theServiceLoaderFindsIt() {
    assertThat(ServiceLoader.load(Provider.class).stream().map(ServiceLoader.Provider::type))
        .contains(KeyhavenProvider.class);
  }

  @Test
  void whatTakesKeysTakesAllOfOursAndNoOthers() {
    for (Provider.Service service : new KeyhavenProvider().getServices()) {
      String taken = switch (service.getType()) {
        case "Signature" -> VaultPrivateKey.class.getName();
        case "Cipher", "Mac" -> VaultPrivateKey.class.getName() + "|" + VaultSecretKey.class.getName();
        default -> null;
      };
      assertThat(service.getAttribute("SupportedKeyClasses")).as("%s", service).isEqualTo(taken);
      assertThat(service.getAttribute("SupportedKeyFormats")).isNull();
    }
  }

  @Test
  void whatTheJdkKnowsByFurtherNamesIsKnownByThemHere() {
    Provider keyhaven = new KeyhavenProvider();
    int known = 0;
    for (String jdk : new String[] {"SunRsaSign", "SunEC", "SunJCE"}) {
      Provider provider = Security.getProvider(jdk);
      for (String property : provider.stringPropertyNames()) {
        Matcher alias = Pattern.compile("Alg\\.Alias\\.(Signature|Mac)\\.(.*)").matcher(property);
        if (alias.matches() && keyhaven.getService(alias.group(1), provider.getProperty(property)) != null) {
          assertThat(keyhaven.getService(alias.group(1), alias.group(2))).as(property)
              .isSameAs(keyhaven.getService(alias.group(1), provider.getProperty(property)));
          known++;
        }
      }
    }
    assertThat(known).isGreaterThan(20);
  }

  @Test
  void randomBytesWithParametersAreNoSuchAlgorithm() throws Exception {
    Provider keyhaven = new KeyhavenProvider();
    assertThatThrownBy(() -> SecureRandom.getInstance("Keyhaven", new SecureRandomParameters() { }, keyhaven))
        .isInstanceOf(NoSuchAlgorithmException.class).hasMessageContaining("no parameters");
    assertThat(SecureRandom.getInstance("Keyhaven", keyhaven)).isNotNull();
  }

  @Test
  void aPasswordIsThatOfTheLastLoad() throws Exception {
    KeyStore store = KeyStore.getInstance("Keyhaven", new KeyhavenProvider());
    String vault = "https://one.example";
    KeyhavenLoadStoreParameter parameter = KeyhavenLoadStoreParameter.builder().vaultUrl(vault).token("t").build();
    Map<String, String> settings = Map.of(Setting.VAULT_URL.property(), vault, Setting.TOKEN.property(), "t");
    settings.forEach(System::setProperty);
    try {
      store.load(null, "first".toCharArray());
    } finally {
      settings.keySet().forEach(System::clearProperty);
    }
    assertThatThrownBy(() -> store.store(null, "other".toCharArray())).isInstanceOf(IOException.class);
    store.load(parameter);
    store.store(null, "other".toCharArray());
    store.store(parameter);
  }

  @Test
  void everyServiceMakesAnInstanceWithoutConfiguration() throws Exception {
    Provider provider = new KeyhavenProvider();
    assertThat(provider.getServices()).hasSize(38);
    for (Provider.Service service : provider.getServices()) {
      assertThat(service.newInstance(null).getClass().getName()).isEqualTo(service.getClassName());
    }
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    assertThat(new KeyhavenProvider().getVersionStr()).matches("[0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?")
        .isEqualTo(BuildVersion.get());
  }

  @Test
  void aJvmWhoseTrustStoreIsTheVaultDoesNotAskItHowToReachIt() throws Exception {
    Security.addProvider(new KeyhavenProvider());
    System.setProperty("javax.net.ssl.trustStoreType", "Keyhaven");
    System.setProperty("javax.net.ssl.trustStore", "NONE");
    try {
      KeyStore store = KeyStore.getInstance("Keyhaven");
      store.load(KeyhavenLoadStoreParameter.builder().vaultUrl("https://localhost:1").token("t")
          .timeout(Duration.ofSeconds(5)).build());
      assertThatThrownBy(store::aliases).isInstanceOf(ProviderException.class).hasMessageContaining("unreachable");
    } finally {
      System.clearProperty("javax.net.ssl.trustStoreType");
      System.clearProperty("javax.net.ssl.trustStore");
    }
  }

  @Test
  void aStreamIsNoVault() throws Exception {
    KeyStore store = KeyStore.getInstance("Keyhaven", new KeyhavenProvider());
    assertThatThrownBy(() -> store.load(new ByteArrayInputStream(new byte[1]), null)).isInstanceOf(IOException.class)
        .hasMessageContaining("-keystore NONE");
  }

  @Test
  void standingFirstItLeavesEveryoneElsesKeysAlone() throws Exception {
    Security.insertProviderAt(new KeyhavenProvider(), 1);
    for (String algorithm : new String[] {"RSA", "EC"}) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
      KeyPair pair = generator.generateKeyPair();
      assertThat(pair.getPrivate()).isNotInstanceOf(VaultPrivateKey.class);
      Signature signature = Signature.getInstance(algorithm.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      assertThat(signature.getProvider().getName()).isNotEqualTo(KeyhavenProvider.NAME);
      byte[] signed = signature.sign();
      signature.initVerify(pair.getPublic());
      assertThat(signature.verify(signed)).isTrue();
    }
    KeyPairGenerator unasked = KeyPairGenerator.getInstance("EC");
    assertThat(unasked.generateKeyPair().getPrivate()).isNotInstanceOf(VaultPrivateKey.class);
    KeyPairGenerator byCurve = KeyPairGenerator.getInstance("EC");
    byCurve.initialize(new ECGenParameterSpec("secp256r1"));
    assertThat(byCurve.generateKeyPair().getPrivate()).isNotInstanceOf(VaultPrivateKey.class);
  }

  @Test
  void standingFirstItSaysWhyItGeneratesNothing() throws Exception {
    Security.insertProviderAt(new KeyhavenProvider(), 1);
    KeyPairGenerator byName = KeyPairGenerator.getInstance("RSA", KeyhavenProvider.NAME);
    assertThatThrownBy(() -> byName.initialize(2048)).isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("put it behind them");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES", "HmacSHA256"})
  void standingFirstItSaysWhyItGeneratesNoSymmetricKey(String algorithm) throws Exception {
    Security.insertProviderAt(new KeyhavenProvider(), 1);
    KeyGenerator byName = KeyGenerator.getInstance(algorithm, KeyhavenProvider.NAME);
    assertThatThrownBy(() -> byName.init(256)).isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("put it behind them");
    assertThatThrownBy(byName::generateKey).isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("put it behind them");
  }

  @Test
  void symmetricKeysThatNoVaultMakesAreRefused() throws Exception {
    KeyGenerator generator = KeyGenerator.getInstance("AES", new KeyhavenProvider());
    assertThatThrownBy(() -> generator.init(512)).isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("128, 192 and 256");
    assertThatThrownBy(() -> generator.init(VaultKeyGenParameterSpec.named("soft").hsm(false).build()))
        .isInstanceOf(InvalidAlgorithmParameterException.class).hasMessageContaining("always protected by an HSM");
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2049, 8192})
  void sizesThatNoVaultMakesAreRefused(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", new KeyhavenProvider());
    assertThatThrownBy(() -> generator.initialize(bits)).isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("2048, 3072 and 4096");
  }

  @Test
  void withoutAVaultTheErrorSaysWhatToSet() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", new KeyhavenProvider());
    generator.initialize(2048);
    assertThatThrownBy(generator::generateKeyPair).isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("keyhaven.vault.url");
    KeyStore store = KeyStore.getInstance("Keyhaven", new KeyhavenProvider());
    assertThatThrownBy(() -> store.load(null, null)).isInstanceOf(IOException.class)
        .hasMessageContaining("keyhaven.vault.url");
  }

  @Test
  void aBadCaFileIsSaidInTheSpisOwnTerms() throws Exception {
    Provider provider = new KeyhavenProvider();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", provider);
    KeyStore store = KeyStore.getInstance("Keyhaven", provider);
    Map<String, String> settings = Map.of(Setting.VAULT_URL.property(), "https://one.example", Setting.TOKEN.property(), "t",
        Setting.CA_FILE.property(), "/no/such/ca.pem");
    settings.forEach(System::setProperty);
    try {
      assertThatThrownBy(generator::generateKeyPair).isInstanceOf(InvalidParameterException.class)
          .hasMessageContaining("/no/such/ca.pem");
      assertThatThrownBy(() -> store.load(null, null)).isInstanceOf(IOException.class)
          .hasMessageContaining("/no/such/ca.pem");
    } finally {
      settings.keySet().forEach(System::clearProperty);
    }
  }
}
