package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.InvalidKeyException;
import javax.crypto.Mac;
import org.junit.jupiter.api.Test;

class VaultSecretKeyTest {

  @Test
  void nothingOfItLeavesTheVault() {
    VaultSecretKey key = new VaultSecretKey(LocalKeys.ID, "AES", null, null, null);
    assertThat(key.getFormat()).isNull();
    assertThat(key.getEncoded()).isNull();
    assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(key))
        .isInstanceOf(NotSerializableException.class).hasMessageContaining(LocalKeys.ID.toString());
    assertThat(key).hasToString("Keyhaven AES secret key: " + LocalKeys.ID);
  }

  @Test
  void oneVersionIsOneKey() {
    VaultSecretKey key = new VaultSecretKey(LocalKeys.ID, "AES", 256, null, null);
    assertThat(key).isEqualTo(new VaultSecretKey(LocalKeys.ID, "HmacSHA256", null, null, null))
        .hasSameHashCodeAs(new VaultSecretKey(LocalKeys.ID, "AES", null, null, null))
        .isNotEqualTo(new VaultSecretKey(LocalKeys.ID.withVersion("fedcba9876543210fedcba9876543210"), "AES", 256, null,
            null));
  }

  @Test
  void aMacWhoseSecondInitializationFailsSaysSo() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256", new KeyhavenProvider());
    mac.init(new VaultSecretKey(LocalKeys.ID, "HmacSHA256", 256, (algorithm, value) -> value, null));
    assertThatThrownBy(() -> mac.init(LocalKeys.rsa())).isInstanceOf(InvalidKeyException.class);
    mac.update(new byte[1]);
    assertThatThrownBy(mac::doFinal).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void itsLengthIsKeptOnceItIsKnown() {
    VaultSecretKey key = new VaultSecretKey(LocalKeys.ID, "AES", null, null, null);
    assertThat(key.bits()).isEmpty();
    key.learn(192);
    assertThat(key.bits()).hasValue(192);
  }

  @Test
  void aKeyForHmacIsNamedByItsLength() {
    assertThat(MacService.nameFor(null)).isEqualTo("HmacSHA256");
    assertThat(MacService.nameFor(128)).isEqualTo("HmacSHA256");
    assertThat(MacService.nameFor(512)).isEqualTo("HmacSHA512");
  }
}
