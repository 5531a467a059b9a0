package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.ECPoint;
import java.security.spec.InvalidKeySpecException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keyhaven.client.local.Secp256k1;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;

class KeysTest {

  @Test
  void anRsaKeyShowsItsSizeAndNothingElse() throws Exception {
    VaultRsaPrivateKey key = LocalKeys.rsa();
    assertThat(key).isInstanceOf(RSAKey.class).isNotInstanceOf(RSAPrivateKey.class);
    assertThat(key.getModulus().bitLength()).isEqualTo(2048);
    checkOpaque(key);
  }

  @ParameterizedTest
  @EnumSource(value = KeyCurve.class, names = {"P_256", "P_384", "P_521"})
  void anEcKeyShowsItsCurveAndNothingElse(KeyCurve curve) throws Exception {
    VaultEcPrivateKey key = LocalKeys.ec(curve);
    assertThat(key).isInstanceOf(ECKey.class).isNotInstanceOf(ECPrivateKey.class);
    assertThat(PublicKeys.curveOf(key.getParams())).contains(curve);
    checkOpaque(key);
  }

  @ParameterizedTest
  @EnumSource(value = KeyCurve.class, names = {"P_256", "P_384", "P_521"})
  void theVaultsDescriptionBecomesTheSameJdkKey(KeyCurve curve) throws Exception {
    ECPoint point = LocalKeys.ec(curve).publicKey().getW();
    JsonWebKey described = JsonWebKey.ec(KeyType.EC_HSM, curve,
        UnsignedBytes.of(point.getAffineX(), curve.coordinateBytes()),
        UnsignedBytes.of(point.getAffineY(), curve.coordinateBytes()));
    assertThat(((java.security.interfaces.ECPublicKey) PublicKeys.of(described)).getW()).isEqualTo(point);
  }

  @Test
  void secp256k1HasItsStandardEncoding() throws Exception {
    ECPoint generator = Secp256k1.PARAMETERS.getGenerator();
    JsonWebKey described = JsonWebKey.ec(KeyType.EC, KeyCurve.P_256K, UnsignedBytes.of(generator.getAffineX(), 32),
        UnsignedBytes.of(generator.getAffineY(), 32));
    assertThat(HexFormat.of().formatHex(PublicKeys.of(described).getEncoded())).isEqualTo(
        "3056301006072a8648ce3d020106052b8104000a03420004"
            + "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
            + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");
  }

  @Test
  void aPointOffTheCurveOrAMissingMemberIsNoKey() {
    JsonWebKey off = JsonWebKey.ec(KeyType.EC, KeyCurve.P_256K, new byte[32], new byte[32]);
    assertThatThrownBy(() -> PublicKeys.of(off)).isInstanceOf(InvalidKeySpecException.class);
    assertThatThrownBy(() -> PublicKeys.of(JsonWebKey.rsa(KeyType.RSA, null, null)))
        .isInstanceOf(InvalidKeySpecException.class);
  }

  @Test
  void unsignedBytesHaveTheGivenLength() {
    assertThat(UnsignedBytes.of(BigInteger.valueOf(255), 2)).containsExactly(0, 255);
    assertThat(UnsignedBytes.of(BigInteger.valueOf(0xffff), 2)).containsExactly(255, 255);
    assertThatThrownBy(() -> UnsignedBytes.of(BigInteger.valueOf(0x10000), 2)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void checkOpaque(VaultPrivateKey key) {
    assertThat(key.getFormat()).isNull();
    assertThat(key.getEncoded()).isNull();
    assertThat(key.toString()).contains(LocalKeys.ID.toString()).doesNotContain("\n");
    assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(key))
        .isInstanceOf(NotSerializableException.class);
  }
}
