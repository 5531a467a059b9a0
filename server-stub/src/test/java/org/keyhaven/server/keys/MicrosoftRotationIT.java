package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceNotFoundException;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.KeyClientBuilder;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.models.KeyWrapAlgorithm;
import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import com.azure.security.keyvault.keys.models.CreateOctKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.ImportKeyOptions;
import com.azure.security.keyvault.keys.models.JsonWebKey;
import com.azure.security.keyvault.keys.models.KeyOperation;
import com.azure.security.keyvault.keys.models.KeyRotationLifetimeAction;
import com.azure.security.keyvault.keys.models.KeyRotationPolicy;
import com.azure.security.keyvault.keys.models.KeyRotationPolicyAction;
import com.azure.security.keyvault.keys.models.KeyType;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.server.TestVault;
import org.keyhaven.server.admin.ConnectionFile;

/** Rotation with Microsoft's key client, unmodified, against the real server and its HSM. */
class MicrosoftRotationIT {

  @BeforeAll
  static void trust() {
    System.setProperty("keyhaven.ca.file", TestVault.get().caFile().toString());
  }

  @AfterAll
  static void restore() {
    System.clearProperty("keyhaven.ca.file");
  }

  private static KeyClient client(boolean managedHsm) {
    ConnectionFile connection = TestVault.get().connection();
    return new KeyClientBuilder().vaultUrl(managedHsm ? TestVault.get().hsmUrl() : TestVault.get().vaultUrl())
        .credential(new ClientSecretCredentialBuilder().authorityHost(connection.authorityHost())
            .tenantId(connection.tenantId()).clientId(connection.clientId()).clientSecret(connection.clientSecret())
            .disableInstanceDiscovery().build())
        .disableChallengeResourceVerification().buildClient();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKeyIsRotatedByHand(boolean managedHsm) {
    KeyClient client = client(managedHsm);
    KeyVaultKey first = client.createRsaKey(new CreateRsaKeyOptions("microsoft-rotated").setHardwareProtected(true)
        .setKeySize(3072).setKeyOperations(KeyOperation.SIGN).setTags(Map.of("team", "blue"))
        .setExpiresOn(OffsetDateTime.now().plusDays(10)));
    KeyVaultKey second = client.rotateKey("microsoft-rotated");
    assertThat(second.getProperties().getVersion()).isNotEqualTo(first.getProperties().getVersion());
    assertThat(second.getKeyType()).isEqualTo(KeyType.RSA_HSM);
    assertThat(second.getKey().getN()).hasSize(384).isNotEqualTo(first.getKey().getN());
    assertThat(second.getKeyOperations()).containsExactly(KeyOperation.SIGN);
    assertThat(second.getProperties().getTags()).containsEntry("team", "blue");
    assertThat(second.getProperties().getExpiresOn()).as("no policy, no end").isNull();
    assertThat(client.getKey("microsoft-rotated").getId()).isEqualTo(second.getId());

    client.updateKeyRotationPolicy("microsoft-rotated", new KeyRotationPolicy().setExpiresIn("P90D"));
    OffsetDateTime end = client.rotateKey("microsoft-rotated").getProperties().getExpiresOn();
    assertThat(Duration.between(OffsetDateTime.now().plusDays(90), end).abs()).isLessThan(Duration.ofMinutes(5));
  }

  @Test
  void aRotatedSymmetricKeyIsAnotherOneAndTheOldVersionStillUnwraps() {
    KeyClient client = client(true);
    KeyVaultKey first = client.createOctKey(new CreateOctKeyOptions("microsoft-rotated-oct").setHardwareProtected(true)
        .setKeySize(192));
    byte[] wrapped = cryptography(first).wrapKey(KeyWrapAlgorithm.A192KW, new byte[24]).getEncryptedKey();
    KeyVaultKey second = client.rotateKey("microsoft-rotated-oct");
    assertThat(second.getKeyType()).isEqualTo(KeyType.OCT_HSM);
    assertThat(second.getKeyOperations()).isEqualTo(first.getKeyOperations());
    assertThat(second.getKey().getK()).isNullOrEmpty();
    assertThat(cryptography(second).wrapKey(KeyWrapAlgorithm.A192KW, new byte[24]).getEncryptedKey()).isNotEqualTo(wrapped);
    assertThatThrownBy(() -> cryptography(second).unwrapKey(KeyWrapAlgorithm.A192KW, wrapped))
        .isInstanceOf(HttpResponseException.class);
    assertThat(cryptography(first).unwrapKey(KeyWrapAlgorithm.A192KW, wrapped).getKey()).isEqualTo(new byte[24]);

    client.importKey(new ImportKeyOptions("microsoft-rotated-mac", JsonWebKey.fromAes(new SecretKeySpec(new byte[64], "AES"),
        List.of(KeyOperation.SIGN, KeyOperation.VERIFY))).setHardwareProtected(true));
    KeyVaultKey mac = client.rotateKey("microsoft-rotated-mac");
    assertThat(mac.getKeyOperations()).containsExactly(KeyOperation.SIGN, KeyOperation.VERIFY);
    byte[] tag = cryptography(mac).sign(SignatureAlgorithm.HS512, new byte[64]).getSignature();
    assertThat(cryptography(mac).verify(SignatureAlgorithm.HS512, new byte[64], tag).isValid()).isTrue();
  }

  private static CryptographyClient cryptography(KeyVaultKey key) {
    return MicrosoftClients.cryptography(key.getId());
  }

  @Test
  void thePolicyIsTheDefaultUntilOneIsSet() {
    KeyClient client = client(false);
    client.createKey("microsoft-policy", KeyType.EC);
    KeyRotationPolicy unset = client.getKeyRotationPolicy("microsoft-policy");
    assertThat(unset.getLifetimeActions()).singleElement().satisfies(action -> {
      assertThat(action.getAction()).isEqualTo(KeyRotationPolicyAction.NOTIFY);
      assertThat(action.getTimeBeforeExpiry()).isEqualTo("P30D");
    });
    assertThat(unset.getExpiresIn()).isNull();
    assertThat(unset.getCreatedOn()).isNull();

    KeyRotationPolicy asked = new KeyRotationPolicy().setExpiresIn("P2Y").setLifetimeActions(List.of(
        new KeyRotationLifetimeAction(KeyRotationPolicyAction.ROTATE).setTimeAfterCreate("P18M"),
        new KeyRotationLifetimeAction(KeyRotationPolicyAction.NOTIFY).setTimeBeforeExpiry("P45D")));
    KeyRotationPolicy set = client.updateKeyRotationPolicy("microsoft-policy", asked);
    for (KeyRotationPolicy policy : List.of(set, client.getKeyRotationPolicy("microsoft-policy"))) {
      assertThat(policy.getId()).isEqualTo(TestVault.get().vaultUrl() + "/keys/microsoft-policy/rotationpolicy");
      assertThat(policy.getExpiresIn()).isEqualTo("P2Y");
      assertThat(policy.getLifetimeActions()).extracting(KeyRotationLifetimeAction::getTimeAfterCreate)
          .containsExactly("P18M", null);
      assertThat(policy.getLifetimeActions()).extracting(KeyRotationLifetimeAction::getTimeBeforeExpiry)
          .containsExactly(null, "P45D");
      assertThat(policy.getCreatedOn()).isNotNull().isEqualTo(set.getCreatedOn());
    }
  }

  @Test
  void whatIsNoPolicyIsRefusedAndWhatIsNoKeyIsNotFound() {
    KeyClient client = client(false);
    client.createKey("microsoft-bad-policy", KeyType.EC);
    assertThatThrownBy(() -> client.updateKeyRotationPolicy("microsoft-bad-policy",
        new KeyRotationPolicy().setExpiresIn("P27D"))).isInstanceOfSatisfying(HttpResponseException.class,
            e -> assertThat(e.getResponse().getStatusCode()).isEqualTo(400));
    assertThatThrownBy(() -> client.rotateKey("microsoft-no-key")).isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> client.getKeyRotationPolicy("microsoft-no-key")).isInstanceOf(ResourceNotFoundException.class);
  }
}
