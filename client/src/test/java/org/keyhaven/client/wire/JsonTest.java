package org.keyhaven.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class JsonTest {
  private static final String KEY_BUNDLE = """
      {"key":{"kid":"https://myvault.vault.azure.net/keys/CreateSoftKeyTest/78deebed173b48e48f55abf87ed4cf71","kty":"RSA",\
      "key_ops":["encrypt","decrypt","sign","verify","wrapKey","unwrapKey"],"n":"AQAB","e":"AQAB"},\
      "attributes":{"enabled":true,"created":1493942451,"updated":1493942451,"recoveryLevel":"Recoverable+Purgeable"},\
      "tags":{"purpose":"unit test","test name ":"CreateGetDeleteKeyTest"}}""";

  @Test
  void readsAndWritesThePublishedKeyBundleMemberByMember() {
    Keys.KeyBundle bundle = Json.mapper().readValue(KEY_BUNDLE, Keys.KeyBundle.class);
    assertThat(bundle.key().kty()).isEqualTo(KeyType.RSA);
    assertThat(bundle.key().kid().name()).isEqualTo("CreateSoftKeyTest");
    assertThat(bundle.key().e()).containsExactly(1, 0, 1);
    assertThat(bundle.attributes().created()).isEqualTo(Instant.ofEpochSecond(1493942451));
    assertThat(Json.mapper().readTree(Json.mapper().writeValueAsString(bundle))).isEqualTo(Json.mapper().readTree(KEY_BUNDLE));
  }

  @Test
  void writesStandardBase64WhereTheServiceDoes() {
    var merge = new Certificates.CertificateMergeParameters(List.of(new StandardBase64(new byte[] {(byte) 0xfb, (byte) 0xff})), null,
        Map.of());
    assertThat(Json.mapper().writeValueAsString(merge)).isEqualTo("{\"x5c\":[\"+/8=\"],\"tags\":{}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-_8", "-_8=", "+/8=", "+/8"})
  void readsBase64AsClientsSendIt(String text) {
    var parameters = Json.mapper().readValue("{\"alg\":\"RS256\",\"value\":\"" + text + "\"}", Keys.KeySignParameters.class);
    assertThat(parameters.value()).containsExactly(0xfb, 0xff);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{\"alg\":\"RS256\",\"value\":\"a\"}", "{\"alg\":\"RS256\",\"value\":\"!!!!\"}", "{\"alg\":\"RS256\",\"value\":5}",
      "{\"alg\":\"XX\"}", "{\"alg\":5}", "{\"alg\":\"RS256\"} x", "{\"alg\":\"RS256\",\"alg\":\"RS384\"}", "["})
  void refusesWhatIsNotInTheContract(String text) {
    assertThatThrownBy(() -> Json.mapper().readValue(text, Keys.KeySignParameters.class)).isInstanceOf(JacksonException.class);
  }

  @Test
  void objectIdsAreParsedStrictly() {
    ObjectId id = ObjectId.parse("https://LOCALHOST:8443/keys/web/0123456789abcdef0123456789abcdef");
    assertThat(id).hasToString("https://localhost:8443/keys/web/0123456789abcdef0123456789abcdef");
    assertThat(ObjectId.parse("https://localhost/keys/web/").version()).isNull();
    for (String bad : new String[] {"http://h/keys/a", "https://h/keys/a_b", "https://h/keys/a/xyz", "https://u@h/keys/a",
        "https://h/keys/a?x=1", "https://h/keys", "https://h", "", "::", "https://h/keys/" + "a".repeat(128)}) {
      assertThatThrownBy(() -> ObjectId.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
