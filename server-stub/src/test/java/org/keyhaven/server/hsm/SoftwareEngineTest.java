package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.keyhaven.server.ApiError;

class SoftwareEngineTest extends KeyEngineContract {
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
    assertThat(pkcs8).startsWith(0x30);
    String blob = new String(key.sealed().blob(), StandardCharsets.ISO_8859_1);
    for (int from = 0; from + 8 <= pkcs8.length; from++) {
      assertThat(blob).doesNotContain(new String(pkcs8, from, 8, StandardCharsets.ISO_8859_1));
    }
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
