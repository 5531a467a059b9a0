package com.azure.security.keyvault.jca;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.keyhaven.provider.KeyhavenProvider;

class KeyVaultJcaProviderTest {
  private final Provider provider = new KeyVaultJcaProvider();

  @Test
  void itHasTheServicesOfKeyhavenUnderMicrosoftsName() {
    assertThat(provider.getName()).isEqualTo("AzureKeyVault");
    // Without the HSM's random bytes, which could become those of new SecureRandom().
    assertThat(names(new KeyhavenProvider())).containsAll(names(provider)).contains("SecureRandom.Keyhaven")
        .hasSize(names(provider).size() + 1);
    assertThat(names(provider)).contains("KeyStore.Keyhaven").doesNotContain("SecureRandom.Keyhaven");
    assertThat(provider.getService("KeyStore", "AzureKeyVault")).isNotNull();
    assertThat(provider.getService("Signature", "SHA256withRSA").getAttribute("SupportedKeyClasses"))
        .isEqualTo("org.keyhaven.provider.VaultPrivateKey");
  }

  @Test
  void keyManagersAndTrustManagersStayTheJdks() {
    assertThat(provider.getServices()).extracting(Provider.Service::getType)
        .doesNotContain("KeyManagerFactory", "TrustManagerFactory");
    assertThat(provider.getService("KeyStore", "DKS")).isNull();
  }

  @Test
  void everyServiceMakesItsInstances() throws Exception {
    for (Provider.Service service : provider.getServices()) {
      assertThat(service.newInstance(null)).as("%s", service).isNotNull();
    }
    assertThat(KeyStore.getInstance("AzureKeyVault", provider).getProvider()).isSameAs(provider);
  }

  @Test
  void foreignKeysGoToTheJdkWhenBothNamesAreInstalledInFront() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("EC", "SunEC").generateKeyPair();
    Security.insertProviderAt(provider, 1);
    Security.insertProviderAt(new KeyhavenProvider(), 1);
    try {
      Signature named = Signature.getInstance("SHA256withECDSA", provider);
      named.initVerify(pair.getPublic());
      Signature signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(pair.getPrivate());
      signer.update(new byte[10]);
      named.update(new byte[10]);
      assertThat(named.verify(signer.sign())).isTrue();
      assertThat(signer.getProvider().getName()).isEqualTo("SunEC");
    } finally {
      Security.removeProvider("Keyhaven");
      Security.removeProvider("AzureKeyVault");
    }
  }

  private static Set<String> names(Provider provider) {
    return provider.getServices().stream().map(service -> service.getType() + "." + service.getAlgorithm())
        .collect(Collectors.toSet());
  }
}
