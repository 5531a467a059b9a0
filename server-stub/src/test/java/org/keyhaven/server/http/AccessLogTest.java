package org.keyhaven.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessLogTest {
  @ParameterizedTest
  @CsvSource({"0, 0.0", "0.04, 0.0", "0.06, 0.1", "1.26, 1.3", "9.96, 10.0", "1516.31, 1516.3"})
  void millisecondsHaveOneDecimal(float millis, String text) {
    assertThat(AccessLog.tenths(millis)).isEqualTo(text);
  }
}
