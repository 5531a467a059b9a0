package org.keyhaven.server.outbound;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundTest {

  @ParameterizedTest
  @ValueSource(strings = {"https://localhost:1/events?code=s3cret", "http://localhost:1/events?code=s3cret",
      "https://user:s3cret@localhost:1/events"})
  void whatWentWrongIsToldWithoutTheSecretsOfAnAddress(String address) {
    assertThatThrownBy(() -> Outbound.trusting(null).post(URI.create(address), new byte[0], Map.of()))
        .isInstanceOf(OutboundException.class)
        .hasMessageContaining("://localhost:1/events ").hasMessageNotContaining("s3cret");
  }
}
