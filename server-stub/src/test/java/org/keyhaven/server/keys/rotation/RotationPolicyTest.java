package org.keyhaven.server.keys.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.KeyRotation.KeyRotationPolicy;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.json.Json;

class RotationPolicyTest {
  private static final Instant CREATED = Instant.parse("2026-01-31T12:00:00Z");

  private static RotationPolicy policy(String json) {
    return RotationPolicy.parse(Json.mapper().readValue(json, KeyRotationPolicy.class));
  }

  private static String action(String type, String trigger, String time) {
    return "{\"trigger\":{\"" + trigger + "\":\"" + time + "\"},\"action\":{\"type\":\"" + type + "\"}}";
  }

  @Test
  void anAnnouncementIsAddedAsTheServiceDoes() {
    RotationPolicy policy = policy("{\"lifetimeActions\":[" + action("Rotate", "timeAfterCreate", "P2M")
        + "],\"attributes\":{}}");
    assertThat(Json.mapper().writeValueAsString(policy.wire("https://localhost/keys/k/rotationpolicy", CREATED, CREATED)))
        .isEqualTo("{\"id\":\"https://localhost/keys/k/rotationpolicy\",\"lifetimeActions\":["
            + "{\"trigger\":{\"timeAfterCreate\":\"P2M\"},\"action\":{\"type\":\"Rotate\"}},"
            + "{\"trigger\":{\"timeBeforeExpiry\":\"P30D\"},\"action\":{\"type\":\"Notify\"}}],"
            + "\"attributes\":{\"created\":1769860800,\"updated\":1769860800}}");
  }

  @Test
  void anEmptyListIsTheDefault() {
    assertThat(Json.mapper().writeValueAsString(policy("{\"lifetimeActions\":[]}").wire(null, null, null)))
        .isEqualTo(Json.mapper().writeValueAsString(RotationPolicy.DEFAULT.wire(null, null, null)));
  }

  @ParameterizedTest
  @CsvSource({"P7D,2026-02-07T12:00:00Z", "P1M,2026-02-28T12:00:00Z", "P1Y,2027-01-31T12:00:00Z",
      "P1Y1M1D,2027-03-01T12:00:00Z",
      "P2W,2026-02-14T12:00:00Z", "P7DT12H,2026-02-08T00:00:00Z", "PT240H,2026-02-10T12:00:00Z", "p8d,2026-02-08T12:00:00Z"})
  void durationsAreOfTheCalendar(String span, Instant rotation) {
    assertThat(policy("{\"lifetimeActions\":[" + action("rotate", "timeAfterCreate", span) + "]}").rotation(CREATED, null))
        .contains(rotation);
  }

  @Test
  void aRotationBeforeTheEndNeedsAnEnd() {
    RotationPolicy policy = policy("{\"lifetimeActions\":[" + action("Rotate", "timeBeforeExpiry", "P30D")
        + "],\"attributes\":{\"expiryTime\":\"P90D\"}}");
    assertThat(policy.rotation(CREATED, null)).isEmpty();
    assertThat(policy.rotation(CREATED, Instant.parse("2026-04-01T00:00:00Z")))
        .contains(Instant.parse("2026-03-02T00:00:00Z"));
    assertThat(policy.expiryOfNewVersion(CREATED)).contains(Instant.parse("2026-05-01T12:00:00Z"));
  }

  @Test
  void theLeastTimesAreAllowed() {
    assertThat(policy("{\"lifetimeActions\":[" + action("Rotate", "timeBeforeExpiry", "P7D") + "],"
        + "\"attributes\":{\"expiryTime\":\"P28D\"}}").expiryOfNewVersion(CREATED)).isPresent();
    assertThat(policy("{\"lifetimeActions\":[" + action("Rotate", "timeAfterCreate", "P21D") + "],"
        + "\"attributes\":{\"expiryTime\":\"P28D\"}}").rotation(CREATED, null)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "90D", "P", "P-30D", "P0D", "P6D", "PT167H", "P1.5D", "PT", "P1DT", "P99999999999Y",
      "P9999Y", "ninety"})
  void whatIsNoDurationOrTooShortIsRefused(String span) {
    assertThatThrownBy(() -> policy("{\"lifetimeActions\":[" + action("Rotate", "timeAfterCreate", span) + "]}"))
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(400));
  }

  @Test
  void contradictionsAreRefused() {
    String rotate = action("Rotate", "timeAfterCreate", "P30D");
    for (String json : new String[] {
        "{\"attributes\":{\"expiryTime\":\"P27D\"}}",
        "{\"lifetimeActions\":[" + action("Rotate", "timeBeforeExpiry", "P30D") + "]}",
        "{\"lifetimeActions\":[" + rotate + "],\"attributes\":{\"expiryTime\":\"P36D\"}}",
        "{\"lifetimeActions\":[" + action("Rotate", "timeBeforeExpiry", "P84D")
            + "],\"attributes\":{\"expiryTime\":\"P90D\"}}",
        "{\"lifetimeActions\":[" + rotate + "," + rotate + "]}",
        "{\"lifetimeActions\":[" + action("Delete", "timeAfterCreate", "P30D") + "]}",
        "{\"lifetimeActions\":[" + action("Notify", "timeAfterCreate", "P30D") + "]}",
        "{\"lifetimeActions\":[" + action("Notify", "timeBeforeExpiry", "P6D") + "]}",
        "{\"lifetimeActions\":[{\"trigger\":{\"timeAfterCreate\":\"P30D\",\"timeBeforeExpiry\":\"P30D\"},"
            + "\"action\":{\"type\":\"Rotate\"}}]}",
        "{\"lifetimeActions\":[{\"trigger\":{},\"action\":{\"type\":\"Rotate\"}}]}",
        "{\"lifetimeActions\":[{\"action\":{\"type\":\"Rotate\"}}]}",
        "{\"lifetimeActions\":[{\"trigger\":{\"timeAfterCreate\":\"P30D\"}}]}",
        "{\"lifetimeActions\":[null]}"}) {
      assertThatThrownBy(() -> policy(json)).as(json).isInstanceOfSatisfying(ApiError.class,
          e -> assertThat(e.status()).isEqualTo(400));
    }
  }
}
