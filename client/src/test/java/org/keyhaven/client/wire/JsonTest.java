package org.keyhaven.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
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

  private static <T> T read(String json, Class<T> type) {
    return Json.read(json.getBytes(StandardCharsets.UTF_8), type);
  }

  private static String write(Object value) {
    return new String(Json.write(value), StandardCharsets.UTF_8);
  }

  @Test
  void readsAndWritesThePublishedKeyBundleMemberByMember() {
    Keys.KeyBundle bundle = read(KEY_BUNDLE, Keys.KeyBundle.class);
    assertThat(bundle.key().kty()).isEqualTo(KeyType.RSA);
    assertThat(bundle.key().kid().name()).isEqualTo("CreateSoftKeyTest");
    assertThat(bundle.key().e()).containsExactly(1, 0, 1);
    assertThat(bundle.attributes().created()).isEqualTo(Instant.ofEpochSecond(1493942451));
    assertThat(write(bundle)).isEqualTo(KEY_BUNDLE);
  }

  @Test
  void writesStandardBase64WhereTheServiceDoes() {
    var merge = new Certificates.CertificateMergeParameters(List.of(new StandardBase64(new byte[] {(byte) 0xfb, (byte) 0xff})), null,
        Map.of());
    assertThat(write(merge)).isEqualTo("{\"x5c\":[\"+/8=\"],\"tags\":{}}");
    assertThat(read(write(merge), Certificates.CertificateMergeParameters.class).x5c().get(0).bytes()).containsExactly(0xfb, 0xff);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-_8", "-_8=", "+/8=", "+/8"})
  void readsBase64AsClientsSendIt(String text) {
    var parameters = read("{\"alg\":\"RS256\",\"value\":\"" + text + "\"}", Keys.KeySignParameters.class);
    assertThat(parameters.value()).containsExactly(0xfb, 0xff);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{\"alg\":\"RS256\",\"value\":\"a\"}", "{\"alg\":\"RS256\",\"value\":\"!!!!\"}", "{\"alg\":\"RS256\",\"value\":5}",
      "{\"alg\":\"RS256\",\"value\":\"AAAA===\"}", "{\"alg\":\"RS256\",\"value\":[\"AAAA\"]}",
      "{\"alg\":\"XX\"}", "{\"alg\":5}", "{\"alg\":\"\"}", "{\"alg\":[\"RS256\"]}", "{\"alg\":\"RS256\"} x", "{\"alg\":\"RS256\"} {}",
      "{\"alg\":\"RS256\",\"alg\":\"RS384\"}", "{\"other\":{\"a\":1,\"a\":2}}", "[", "[]", "[{}]", "{", "", "{\"alg\"", "\"\"", "\"text\"",
      "5", "true", "{\"alg\":\"RS256\",}", "{'alg':'RS256'}", "{alg:5}", "{\"alg\":NaN}", "// {}"})
  void refusesWhatIsNotInTheContract(String text) {
    assertThatThrownBy(() -> read(text, Keys.KeySignParameters.class)).isInstanceOf(JacksonException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"enabled\":\"true\"}", "{\"enabled\":1}", "{\"enabled\":\"\"}", "{\"created\":\"1493942451\"}", "{\"created\":1.5}",
      "{\"created\":1e9}", "{\"created\":-1}", "{\"created\":253402300800}", "{\"created\":99999999999999999999}",
      "{\"recoverableDays\":\"7\"}", "{\"recoverableDays\":7.0}", "{\"recoverableDays\":true}", "{\"recoverableDays\":3000000000}",
      "{\"recoverableDays\":\"\"}", "{\"recoveryLevel\":{}}", "{\"recoveryLevel\":[]}", "{\"external_key\":\"id\"}", "{\"external_key\":[]}"})
  void noValueIsTakenForOneOfAnotherKind(String text) {
    assertThatThrownBy(() -> read(text, ObjectAttributes.class)).isInstanceOf(JacksonException.class);
  }

  @Test
  void membersThatAreUnknownOrNullMatterNot() {
    ObjectAttributes attributes = read("{\"enabled\":null,\"x\":{\"enabled\":[1,{\"y\":null}]},\"exp\":1,\"recoveryLevel\":null}",
        ObjectAttributes.class);
    assertThat(attributes).isEqualTo(ObjectAttributes.of(null, null, Instant.ofEpochSecond(1)));
    assertThat(write(attributes)).isEqualTo("{\"exp\":1}");
    assertThat(read("null", ObjectAttributes.class)).isNull();
  }

  @Test
  void whatCannotBeNullMustBeThere() {
    assertThat(read("{\"value\":true}", Keys.KeyVerifyResult.class).value()).isTrue();
    assertThat(read("{\"value\":false}", Keys.KeyVerifyResult.class).value()).isFalse();
    for (String bad : List.of("{}", "{\"value\":null}", "{\"value\":\"true\"}", "{\"value\":1}")) {
      assertThatThrownBy(() -> read(bad, Keys.KeyVerifyResult.class)).as(bad).isInstanceOf(JacksonException.class);
    }
  }

  @Test
  void aPageIsReadWithItsItems() {
    Page<Keys.KeyItem> page = Json.readPage("{\"value\":[{\"kid\":\"https://v/keys/a\"},{}],\"nextLink\":\"https://v/keys?p=2\"}"
        .getBytes(StandardCharsets.UTF_8), Keys.KeyItem.class);
    assertThat(page.value()).hasSize(2).first().satisfies(item -> assertThat(item.kid().name()).isEqualTo("a"));
    assertThat(page.nextLink()).isEqualTo("https://v/keys?p=2");
  }

  @Test
  void anObjectIsReadWithoutRecords() {
    String json = "{\"s\":\"a\",\"i\":5,\"l\":5000000000,\"b\":18446744073709551616,\"d\":1.5,\"t\":true,\"f\":false,\"n\":null,\"a\":[1,{\"x\":\"y\"}]}";
    Map<String, Object> object = Json.readObject(json.getBytes(StandardCharsets.UTF_8));
    assertThat(object).containsEntry("s", "a").containsEntry("i", 5L).containsEntry("l", 5_000_000_000L)
        .containsEntry("b", new BigInteger("18446744073709551616")).containsEntry("d", 1.5).containsEntry("t", true)
        .containsEntry("f", false).containsEntry("n", null).containsEntry("a", List.of(1L, Map.of("x", "y"))).hasSize(9);
    assertThatThrownBy(() -> Json.readObject("[]".getBytes(StandardCharsets.UTF_8))).isInstanceOf(JacksonException.class);
  }

  @Test
  void tagsWithoutValueAreNotWritten() {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("a", null);
    tags.put("b\"\n", "\u00e9\ud83d\ude00");
    var parameters = Keys.KeyUpdateParameters.none().withTags(tags);
    assertThat(write(parameters)).isEqualTo("{\"tags\":{\"b\\\"\\n\":\"\u00e9\ud83d\ude00\"}}");
    assertThat(read(write(parameters), Keys.KeyUpdateParameters.class).tags()).containsOnlyKeys("b\"\n")
        .containsValue("\u00e9\ud83d\ude00");
  }

  @Test
  void depthIsBoundedAlsoInWhatIsIgnored() {
    assertThat(read(nested(31), ObjectAttributes.class)).isNotNull();
    assertThatThrownBy(() -> read(nested(32), ObjectAttributes.class)).isInstanceOf(JacksonException.class);
    assertThatThrownBy(() -> Json.readObject(nested(32).getBytes(StandardCharsets.UTF_8))).isInstanceOf(JacksonException.class);
  }

  private static String nested(int arrays) {
    return "{\"x\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}";
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"alg\":\"SECRET\"}", "{\"value\":\"SECRET!\"}", "{\"value\":{\"SECRET\":1}}", "{\"alg\":[\"SECRET\"]}"})
  void noMessageQuotesWhatWasRead(String text) {
    assertThatThrownBy(() -> read(text, Keys.KeySignParameters.class)).isInstanceOf(JacksonException.class).hasNoCause()
        .satisfies(e -> assertThat(e.toString()).doesNotContain("SECRET", "!"));
  }

  @Test
  void whatIsNoTypeOfTheWireIsRefused() {
    assertThatThrownBy(() -> Json.write(new Object())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read("{}", Thread.class)).isInstanceOf(IllegalArgumentException.class);
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
