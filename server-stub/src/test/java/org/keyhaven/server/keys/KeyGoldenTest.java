package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore.PrivateKeyEntry;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.server.admin.CertificateAuthority;
import org.keyhaven.server.admin.DataDirectory;
import org.keyhaven.server.http.Route;
import org.keyhaven.server.http.TestServer.Client;
import org.keyhaven.server.http.TestServer.Reply;
import org.keyhaven.server.http.TestServer;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.keys.release.ReleaseSigner;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.vaults.VaultKind;
import tools.jackson.databind.JsonNode;

/**
 * Requests and answers as they stand on the wire, member for member: {@code golden.json}, after the shape of the published
 * examples, with values of its own. In answers, {@code <...>} stands for what differs each time, and a name at its end keeps
 * it for later requests: {@code <id:PATH>} an identifier, whose version is kept, {@code <url:PATH>} an address without
 * version, {@code <time>}, {@code <base64url:BYTES>}, {@code <next:PATH>}, {@code <jws>}, {@code <text>}.
 */
class KeyGoldenTest {
  private final Map<String, String> kept = new HashMap<>();

  @Test
  void everyAnswerIsAsItIsWritten(@TempDir Path directory, @TempDir Path signer) throws IOException {
    TestAuthority authority = new TestAuthority();
    kept.put("assertion", authority.assertion(true));
    kept.put("policy", TestAuthority.policy());
    PrivateKeyEntry signing;
    try (DataDirectory own = DataDirectory.open(signer)) {
      signing = CertificateAuthority.open(own, List.of(), Clock.systemUTC()).issueSigning();
    }
    try (TestServer server = TestServer.start(directory, database -> routes(database, authority, signing));
        InputStream file = KeyGoldenTest.class.getResourceAsStream("golden.json")) {
      for (JsonNode exchange : Json.mapper().readTree(file)) {
        Client client = exchange.path("vault").asString().equals("vault") ? server.client()
            : server.client().in(VaultKind.MANAGED_HSM);
        String path = exchange.path("path").asString();
        Reply reply = client.send(exchange.path("method").asString(),
            filled(path) + (path.contains("?") ? "&" : "?") + "api-version=2025-07-01",
            Map.of("Content-Type", "application/json"),
            exchange.has("body") ? filled(exchange.path("body").toString()) : null);
        String name = exchange.path("name").asString();
        assertThat(reply.status()).as(name + ": " + reply.text()).isEqualTo(exchange.path("status").asInt());
        if (exchange.has("answer")) {
          assertThat(reply.header("content-type")).as(name).startsWith("application/json");
          compare(name, client.base(), Json.mapper().readTree(filled(exchange.path("answer").toString())), reply.json());
          Object byClient = org.keyhaven.client.wire.Json.readObject(reply.text().getBytes(StandardCharsets.UTF_8));
          assertThat(Json.mapper().readTree(org.keyhaven.client.wire.Json.write(byClient))).as(name + ", by the client")
              .isEqualTo(reply.json());
          if (reply.json().has("key")) {
            byte[] again = Json.mapper().writeValueAsBytes(Json.mapper().readValue(reply.text(), KeyBundle.class));
            assertThat(Json.mapper().readTree(again)).as(name + ", read and written again").isEqualTo(reply.json());
          }
        } else {
          assertThat(reply.text()).as(name).isEmpty();
        }
      }
    }
  }

  private static List<Route> routes(Database database, TestAuthority authority, PrivateKeyEntry signing) {
    Clock clock = Clock.systemUTC();
    return Stream.of(new KeyRoutes(database, clock).routes(), new RotationRoutes(database, clock).routes(),
        new ReleaseRoutes(database, clock, authority::publish, new ReleaseSigner(() -> signing)).routes())
        .flatMap(List::stream).toList();
  }

  private String filled(String body) {
    String text = body;
    for (Map.Entry<String, String> value : kept.entrySet()) {
      text = text.replace("${" + value.getKey() + "}", value.getValue());
    }
    return text;
  }

  private void compare(String place, String base, JsonNode expected, JsonNode actual) {
    if (expected.isObject()) {
      assertThat(actual.propertyNames()).as(place).containsExactlyInAnyOrderElementsOf(expected.propertyNames());
      expected.propertyNames().forEach(member ->
          compare(place + "." + member, base, expected.path(member), actual.path(member)));
    } else if (expected.isArray()) {
      assertThat(actual.size()).as(place).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        compare(place + "[" + i + "]", base, expected.get(i), actual.get(i));
      }
    } else if (expected.isString() && expected.asString().startsWith("<")) {
      matches(place, base, expected.asString().substring(1, expected.asString().length() - 1).split(":"), actual);
    } else {
      assertThat(actual).as(place).isEqualTo(expected);
    }
  }

  private void matches(String place, String base, String[] pattern, JsonNode actual) {
    if (pattern[0].equals("time")) {
      assertThat(actual.isIntegralNumber()).as(place).isTrue();
      return;
    }
    String text = actual.asString();
    switch (pattern[0]) {
      case "id" -> {
        assertThat(text).as(place).matches(Pattern.quote(base + "/" + pattern[1]) + "/[0-9a-f]{32}");
        keep(pattern, 2, text.substring(text.lastIndexOf('/') + 1));
      }
      case "jws" -> assertThat(text).as(place).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
      case "url" -> assertThat(text).as(place).isEqualTo(base + "/" + pattern[1]);
      case "next" -> assertThat(text).as(place).startsWith(base + "/" + pattern[1] + "?api-version=2025-07-01&$skiptoken=");
      case "base64url" -> {
        assertThat(text).as(place).matches("[A-Za-z0-9_-]+");
        assertThat(Base64.getUrlDecoder().decode(text)).as(place).hasSize(Integer.parseInt(pattern[1]));
        keep(pattern, 2, text);
      }
      default -> {
        assertThat(text).as(place).isNotBlank();
        keep(pattern, 1, text);
      }
    }
  }

  private void keep(String[] pattern, int at, String text) {
    if (pattern.length > at) {
      kept.put(pattern[at], text);
    }
  }
}
