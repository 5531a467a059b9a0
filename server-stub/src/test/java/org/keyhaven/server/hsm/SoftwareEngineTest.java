package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.keyhaven.client.wire.KeyEncryptionAlgorithm;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;

/** With Amazon Corretto Crypto Provider, where there is one for this machine. */
class SoftwareEngineTest extends CipherContract {
  private static final byte[] DATA_KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  @Override
  KeyEngine newEngine() {
    return new SoftwareEngine(DATA_KEY);
  }

  @Override
  boolean bindsIds() {
    return true;
  }

  @Test
  void theBlobHoldsThePrivateKeyEncryptedAlone() {
    GeneratedKey key = engine.generate("secret", P256);
    byte[] pkcs8 = new AesGcm(DATA_KEY).decrypt(key.sealed().blob(), "secret".getBytes(StandardCharsets.UTF_8));
    assertThat(pkcs8).startsWith(0, 0x30);
    String blob = new String(key.sealed().blob(), StandardCharsets.ISO_8859_1);
    for (int from = 0; from + 8 <= pkcs8.length; from++) {
      assertThat(blob).doesNotContain(new String(pkcs8, from, 8, StandardCharsets.ISO_8859_1));
    }
  }

  /** The first release sealed PKCS#8 with nothing before it. */
  @Test
  void keysOfTheFirstReleaseStillOpenAndStay() throws Exception {
    var pair = pair(P256);
    byte[] blob = new AesGcm(DATA_KEY).encrypt(pair.getPrivate().getEncoded(), "old".getBytes(StandardCharsets.UTF_8));
    SealedKey old = new SealedKey("old", P256, blob);
    assertThat(signs(engine, new GeneratedKey(old, ClearKeyCheck.publicHalf(clear(pair))), P256)).isTrue();
    assertThatThrownBy(() -> engine.export(old, ClearKeyCheck.publicHalf(clear(sharedPair(RSA2048))),
        KeyEncryptionAlgorithm.CKM_RSA_AES_KEY_WRAP))
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(403));
    assertThat(engine.reveal(old)).isEmpty();
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = {"amd64", "aarch64"})
  void amazonsProviderServesWithoutBeingInstalled() {
    assertThat(CorrettoCrypto.find()).isPresent();
    assertThat(Security.getProviders()).doesNotContain(CorrettoCrypto.find().orElseThrow());
  }

  @Test
  void anotherDataKeyOpensNothing() {
    GeneratedKey key = engine.generate("mine", P256);
    byte[] otherKey = DATA_KEY.clone();
    Arrays.fill(otherKey, (byte) 7);
    try (KeyEngine other = new SoftwareEngine(otherKey)) {
      assertThatThrownBy(() -> other.sign(key.sealed(), SignatureAlgorithm.ES256, new byte[32]))
          .isInstanceOf(ApiError.class);
    }
  }
}
