package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceNotFoundException;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.KeyServiceVersion;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.DeletedKey;
import com.azure.security.keyvault.keys.models.KeyCurveName;
import com.azure.security.keyvault.keys.models.KeyOperation;
import com.azure.security.keyvault.keys.models.KeyProperties;
import com.azure.security.keyvault.keys.models.KeyType;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Microsoft's key client, unmodified, signing in through Azure Identity, against the real server and its HSM. */
class MicrosoftKeyClientIT {

  @BeforeAll
  static void trust() {
    MicrosoftClients.trust();
  }

  @AfterAll
  static void restore() {
    MicrosoftClients.forget();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKeysWholeLife(boolean managedHsm) {
    KeyClient client = MicrosoftClients.keys(managedHsm, KeyServiceVersion.getLatest());
    String name = "microsoft-life";
    OffsetDateTime expires = OffsetDateTime.now().plusDays(30);
    KeyVaultKey first = client.createRsaKey(new CreateRsaKeyOptions(name).setHardwareProtected(true).setKeySize(3072)
        .setExpiresOn(expires).setTags(Map.of("team", "blue")).setKeyOperations(KeyOperation.SIGN, KeyOperation.VERIFY));
    assertThat(first.getKeyType()).isEqualTo(KeyType.RSA_HSM);
    assertThat(first.getKey().getN()).hasSize(384);
    assertThat(first.getKeyOperations()).containsExactly(KeyOperation.SIGN, KeyOperation.VERIFY);
    assertThat(first.getProperties().getExpiresOn().toEpochSecond()).isEqualTo(expires.toEpochSecond());
    assertThat(first.getProperties().getTags()).containsEntry("team", "blue");
    assertThat(first.getProperties().getRecoverableDays()).isEqualTo(90);
    assertThat(client.getKey(name).getId()).isEqualTo(first.getId());
    assertThat(client.getKey(name, first.getProperties().getVersion()).getId()).isEqualTo(first.getId());

    KeyVaultKey second = client.createEcKey(new CreateEcKeyOptions(name).setHardwareProtected(true)
        .setCurveName(KeyCurveName.P_384));
    assertThat(client.listPropertiesOfKeyVersions(name)).extracting(KeyProperties::getVersion)
        .containsExactlyInAnyOrder(first.getProperties().getVersion(), second.getProperties().getVersion());
    assertThat(client.listPropertiesOfKeys()).extracting(KeyProperties::getName).contains(name);
    KeyVaultKey updated = client.updateKeyProperties(second.getProperties().setEnabled(false), KeyOperation.SIGN);
    assertThat(updated.getProperties().isEnabled()).isFalse();
    assertThat(updated.getKeyOperations()).containsExactly(KeyOperation.SIGN);

    client.beginDeleteKey(name).setPollInterval(Duration.ofMillis(100)).waitForCompletion();
    DeletedKey deleted = client.getDeletedKey(name);
    assertThat(deleted.getRecoveryId()).endsWith("/deletedkeys/" + name);
    assertThat(deleted.getScheduledPurgeDate()).isAfter(OffsetDateTime.now().plusDays(89));
    assertThat(client.listDeletedKeys()).extracting(DeletedKey::getName).contains(name);
    assertThatThrownBy(() -> client.getKey(name)).isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> client.createKey(name, KeyType.EC)).isInstanceOfSatisfying(HttpResponseException.class,
        e -> assertThat(e.getResponse().getStatusCode()).isEqualTo(409));
    client.beginRecoverDeletedKey(name).setPollInterval(Duration.ofMillis(100)).waitForCompletion();
    assertThat(client.getKey(name).getId()).isEqualTo(second.getId());
    client.beginDeleteKey(name).setPollInterval(Duration.ofMillis(100)).waitForCompletion();
    client.purgeDeletedKey(name);
    assertThatThrownBy(() -> client.getDeletedKey(name)).isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void signAndVerifyWithEveryKindOfKey() {
    KeyClient client = MicrosoftClients.keys(false, KeyServiceVersion.getLatest());
    byte[] message = "signed by Microsoft's client".getBytes(StandardCharsets.UTF_8);
    for (boolean hsm : List.of(false, true)) {
      KeyVaultKey rsa = client.createRsaKey(new CreateRsaKeyOptions("microsoft-rsa-" + hsm).setHardwareProtected(hsm));
      KeyVaultKey ec = client.createEcKey(new CreateEcKeyOptions("microsoft-ec-" + hsm).setHardwareProtected(hsm)
          .setCurveName(KeyCurveName.P_256K));
      for (SignatureAlgorithm algorithm : List.of(SignatureAlgorithm.RS256, SignatureAlgorithm.PS512,
          SignatureAlgorithm.ES256K)) {
        String id = (algorithm == SignatureAlgorithm.ES256K ? ec : rsa).getId();
        CryptographyClient cryptography = MicrosoftClients.cryptography(id);
        byte[] signature = cryptography.signData(algorithm, message).getSignature();
        assertThat(cryptography.verifyData(algorithm, message, signature).isValid()).as("%s hsm=%s", algorithm, hsm)
            .isTrue();
        signature[3] ^= 1;
        assertThat(cryptography.verifyData(algorithm, message, signature).isValid()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(KeyServiceVersion.class)
  void everyVersionThatTheClientSpeaksIsServed(KeyServiceVersion version) {
    KeyClient client = MicrosoftClients.keys(false, version);
    String name = "microsoft-version-" + version.ordinal();
    assertThat(client.createKey(name, KeyType.EC).getKey().getCurveName()).isEqualTo(KeyCurveName.P_256);
    assertThat(client.getKey(name).getName()).isEqualTo(name);
  }
}
