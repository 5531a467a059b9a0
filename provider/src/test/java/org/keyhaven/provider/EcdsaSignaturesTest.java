package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SignatureException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EcdsaSignaturesTest {

  @ParameterizedTest
  @CsvSource({
      "0001 0002, 3006020101020102",
      "0080 00ff, 300802020080020200ff",
      "7fff 8000, 300902027fff0203008000"})
  void integersAreShortestAndPositive(String raw, String der) throws Exception {
    assertThat(EcdsaSignatures.toDer(HexFormat.of().parseHex(raw.replace(" ", "")), 2))
        .isEqualTo(HexFormat.of().parseHex(der));
  }

  @Test
  void theLongestCurveNeedsALongLength() throws Exception {
    byte[] raw = new byte[132];
    raw[0] = 1;
    raw[66] = 1;
    byte[] der = EcdsaSignatures.toDer(raw, 66);
    assertThat(der).hasSize(139).startsWith(0x30, 0x81, 136, 0x02, 66);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "0001", "000100", "00000001", "00010000", "0001000200"})
  void whatIsNoSignatureIsRefused(String raw) {
    byte[] bytes = HexFormat.of().parseHex(raw);
    assertThatThrownBy(() -> EcdsaSignatures.toDer(bytes, 2)).isInstanceOf(SignatureException.class);
  }
}
