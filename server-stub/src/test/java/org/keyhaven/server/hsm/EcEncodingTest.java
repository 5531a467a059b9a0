package org.keyhaven.server.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.DEROctetString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;

class EcEncodingTest {

  @ParameterizedTest
  @EnumSource(KeyCurve.class)
  void readsAPointBareOrWrappedInAnOctetString(KeyCurve curve) throws Exception {
    byte[] point = new byte[1 + 2 * curve.coordinateBytes()];
    Arrays.fill(point, 1, 1 + curve.coordinateBytes(), (byte) 5);
    Arrays.fill(point, 1 + curve.coordinateBytes(), point.length, (byte) 6);
    point[0] = 4;
    for (byte[] form : new byte[][] {point, new DEROctetString(point).getEncoded()}) {
      JsonWebKey key = EcEncoding.publicKey(curve, form);
      assertThat(key.x()).hasSize(curve.coordinateBytes()).containsOnly(5);
      assertThat(key.y()).hasSize(curve.coordinateBytes()).containsOnly(6);
    }
  }

  @Test
  void refusesWhatIsNoPoint() throws Exception {
    byte[] compressed = new byte[65];
    compressed[0] = 2;
    for (byte[] bad : new byte[][] {{}, {4}, {4, 1, 0}, compressed, new DEROctetString(new byte[64]).getEncoded(),
        new byte[200]}) {
      assertThatThrownBy(() -> EcEncoding.publicKey(KeyCurve.P_256, bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void namesTheCurveByItsObjectIdentifier() {
    assertThat(HexFormat.of().formatHex(EcEncoding.parameters(KeyCurve.P_256))).isEqualTo("06082a8648ce3d030107");
    assertThat(HexFormat.of().formatHex(EcEncoding.parameters(KeyCurve.P_256K))).isEqualTo("06052b8104000a");
  }

  @Test
  void integersHaveNoSignOctetAndAreLeftPadded() {
    assertThat(EcEncoding.unsigned(BigInteger.valueOf(0x80))).containsExactly(0x80);
    assertThat(EcEncoding.unsigned(BigInteger.valueOf(65537))).containsExactly(1, 0, 1);
    assertThat(EcEncoding.fixedLength(BigInteger.valueOf(0x8001), 4)).containsExactly(0, 0, 0x80, 1);
    assertThat(EcEncoding.fixedLength(BigInteger.ZERO, 2)).containsExactly(0, 0);
  }
}
