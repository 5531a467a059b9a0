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
    assertThat(EcdsaSignatures.fromDer(HexFormat.of().parseHex(der), 2))
        .hasValue(HexFormat.of().parseHex(raw.replace(" ", "")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "3081", "3000", "3006", "30060201010201", "300602010102010200", "3007020101020102",
      "300602010002010a", "3006020181020102", "30070202000102010a", "3081060201010201ff", "308106020101020102",
      "3006020101030102", "31060201010201ff", "3009020101020400ffffff", "3006020101028102"})
  void onlyStrictDerOfIntegersInRangeIsRead(String der) {
    assertThat(EcdsaSignatures.fromDer(HexFormat.of().parseHex(der), 2)).isEmpty();
  }

  @Test
  void theLongestCurveNeedsALongLength() throws Exception {
    byte[] raw = new byte[132];
    raw[0] = 1;
    raw[66] = 1;
    byte[] der = EcdsaSignatures.toDer(raw, 66);
    assertThat(der).hasSize(139).startsWith(0x30, 0x81, 136, 0x02, 66);
    assertThat(EcdsaSignatures.fromDer(der, 66)).hasValue(raw);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "0001", "000100", "00000001", "00010000", "0001000200"})
  void whatIsNoSignatureIsRefused(String raw) {
    byte[] bytes = HexFormat.of().parseHex(raw);
    assertThatThrownBy(() -> EcdsaSignatures.toDer(bytes, 2)).isInstanceOf(SignatureException.class);
  }
}
