package org.keyhaven.server.keys.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.json.Json;

class ReleasePolicyTest {
  private static final URI AUTHORITY = URI.create("https://attest.test");

  private static ReleasePolicy parse(String policy) {
    return ReleasePolicy.parse(policy.getBytes(StandardCharsets.UTF_8));
  }

  private static String policy(String conditions) {
    return "{\"version\":\"1.0.0\",\"anyOf\":[{\"authority\":\"https://attest.test/\"," + conditions + "}]}";
  }

  private static boolean permits(String conditions, String claims) {
    return parse(policy(conditions)).permits(AUTHORITY, Json.mapper().readTree(claims));
  }

  private static String claim(String name, String value) {
    return "{\"claim\":\"" + name + "\",\"equals\":" + value + "}";
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "a   | \"x\"   | {\"a\":\"x\"}           | true",
      "a   | \"x\"   | {\"a\":\"X\"}           | false",
      "a   | \"x\"   | {\"b\":\"x\"}           | false",
      "a   | \"x\"   | {\"a\":[\"x\"]}         | false",
      "a   | 1       | {\"a\":1.0}             | true",
      "a   | 1       | {\"a\":\"1\"}           | false",
      "a   | 1       | {\"a\":1e400}           | false",
      "a   | true    | {\"a\":true}            | true",
      "a   | true    | {\"a\":false}           | false",
      "a   | \"false\" | {\"a\":false}         | true",
      "a   | false   | {\"a\":\"false\"}       | true",
      "a   | false   | {\"a\":null}            | false",
      "a.b | \"x\"   | {\"a\":{\"b\":\"x\"}}   | true",
      "a.b | \"x\"   | {\"a.b\":\"x\"}         | true",
      "a.b.c | \"x\" | {\"a.b\":{\"c\":\"x\"}} | true",
      "a.b.c | \"x\" | {\"a\":{\"b.c\":\"x\"}} | true",
      "a.b | \"x\"   | {\"a\":\"x\"}           | false",
      "a..b | \"x\"  | {\"a\":{\"b\":\"x\"}}   | false"})
  void aClaimEqualsAValue(String name, String value, String claims, boolean holds) {
    assertThat(permits("\"allOf\":[" + claim(name, value) + "]", claims)).isEqualTo(holds);
  }

  @Test
  void conditionsNest() {
    String nested = "\"allOf\":[" + claim("a", "1") + ",{\"anyOf\":[" + claim("b", "1") + ",{\"allOf\":[" + claim("c", "1")
        + "," + claim("d", "1") + "]}]}]";
    assertThat(permits(nested, "{\"a\":1,\"b\":1}")).isTrue();
    assertThat(permits(nested, "{\"a\":1,\"c\":1,\"d\":1}")).isTrue();
    assertThat(permits(nested, "{\"a\":1,\"c\":1}")).isFalse();
    assertThat(permits(nested, "{\"b\":1,\"c\":1,\"d\":1}")).isFalse();
  }

  @Test
  void eachAuthorityHasItsOwnConditions() {
    ReleasePolicy policy = parse("{\"version\":\"1.0.0\",\"anyOf\":["
        + "{\"authority\":\"https://one.test\",\"allOf\":[" + claim("a", "1") + "]},"
        + "{\"authority\":\"https://two.test/\",\"anyOf\":[" + claim("b", "1") + "]},"
        + "{\"authority\":\"https://one.test\",\"allOf\":[" + claim("c", "1") + "]}]}");
    URI one = policy.authority("https://one.test/").orElseThrow();
    URI two = policy.authority("https://two.test").orElseThrow();
    assertThat(policy.authority("https://three.test")).isEmpty();
    assertThat(policy.permits(one, Json.mapper().readTree("{\"b\":1}"))).isFalse();
    assertThat(policy.permits(two, Json.mapper().readTree("{\"b\":1}"))).isTrue();
    assertThat(policy.permits(one, Json.mapper().readTree("{\"c\":1}"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{}", "{\"version\":\"1.0\",\"anyOf\":[]}", "{\"version\":\"1.0.0\"}",
      "{\"version\":\"1.0.0\",\"anyOf\":[]}", "{\"version\":\"1.0.0\",\"anyOf\":[1]}",
      "{\"version\":\"1.0.0\",\"anyOf\":{}}",
      "{\"version\":\"1.0.0\",\"anyOf\":[{\"authority\":\"https://a.test\",\"allOf\":[{\"claim\":\"a\",\"equals\":1}]}],"
          + "\"allOf\":[{\"claim\":\"b\",\"equals\":1}]}"})
  void whatIsNoPolicyIsRefused(String policy) {
    refused(policy);
  }

  @Test
  void whatIsNotUnderstoodIsRefused() {
    String good = claim("a", "1");
    for (String conditions : new String[] {
        "\"allOf\":[]", "\"allOf\":{}", "\"claim\":\"a\",\"equals\":1", "\"noneOf\":[" + good + "]",
        "\"allOf\":[" + good + "],\"anyOf\":[" + good + "]", "\"allOf\":[" + good + "],\"noneOf\":[" + good + "]",
        "\"allOf\":[" + good + "],\"allof\":[" + good + "]",
        "\"allOf\":[{\"claim\":\"a\"}]", "\"allOf\":[{\"claim\":\"a\",\"notEquals\":1}]",
        "\"allOf\":[{\"claim\":1,\"equals\":1}]",
        "\"allOf\":[{\"claim\":\"a\",\"equals\":1,\"exists\":true}]", "\"allOf\":[" + claim("a", "null") + "]",
        "\"allOf\":[" + claim("a", "1e400") + "]",
        "\"allOf\":[" + claim("a", "[1]") + "]", "\"allOf\":[" + claim("a", "{}") + "]", "\"allOf\":[" + claim("", "1")
        + "]",
        "\"allOf\":[{\"authority\":\"https://x.test\",\"allOf\":[" + good + "]}]"}) {
      refused(policy(conditions));
    }
    for (String authority : new String[] {"http://attest.test", "attest.test", "https://", "https://u@attest.test",
        "https://attest.test?a", "https://attest.test#a", "https:// attest.test", "file:///etc/passwd"}) {
      refused(policy("\"allOf\":[" + good + "]").replace("https://attest.test/", authority));
    }
  }

  @Test
  void depthAndNumberOfConditionsAreBounded() {
    refused(policy("\"allOf\":[" + "{\"allOf\":[".repeat(25) + claim("a", "1") + "]}".repeat(25) + "]"));
    refused(policy("\"allOf\":[" + (claim("a", "1") + ",").repeat(600) + claim("a", "1") + "]"));
    refused(policy("\"allOf\":[" + claim("a", "\"" + "x".repeat(70_000) + "\"") + "]"));
  }

  private static void refused(String policy) {
    assertThatThrownBy(() -> parse(policy)).as(policy).isInstanceOfSatisfying(ApiError.class,
        e -> assertThat(e.status()).isEqualTo(400));
  }
}
