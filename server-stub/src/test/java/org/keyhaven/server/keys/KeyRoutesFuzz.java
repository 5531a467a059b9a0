package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore.PrivateKeyEntry;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keyhaven.server.admin.CertificateAuthority;
import org.keyhaven.server.admin.DataDirectory;
import org.keyhaven.server.http.Method;
import org.keyhaven.server.http.Route;
import org.keyhaven.server.http.TestServer;
import org.keyhaven.server.http.TestServer.Reply;
import org.keyhaven.server.keys.release.ReleaseSigner;
import org.keyhaven.server.outbound.OutboundException;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.vaults.VaultKind;
import tools.jackson.databind.JsonNode;

/**
 * Every route of keys with bodies, paths and queries that no client sends: what is not served is refused with a 4xx and the
 * error body, at once. The seed is printed with a failure.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyRoutesFuzz {
  private static final int ROUNDS = 20;
  private static final Duration AT_ONCE = Duration.ofSeconds(10);
  private static final String[] MEMBERS = {"kty", "key_size", "key_ops", "attributes", "tags", "crv", "public_exponent",
      "release_policy", "key", "Hsm", "key_hsm", "n", "e", "d", "p", "q", "dp", "dq", "qi", "k", "x", "y", "alg", "value",
      "digest", "iv", "aad", "tag", "count", "enabled", "exp", "nbf", "exportable", "data", "immutable", "contentType",
      "lifetimeActions", "trigger", "action", "timeAfterCreate", "expiryTime", "target", "nonce", "enc", "__proto__", ""};
  private static final String[] VALUES = {"null", "true", "false", "0", "-1", "1", "2048", "1e400", "-0.0", "1.5",
      "9223372036854775808", "99999999999999999999999999", "\"RSA\"", "\"RSA-HSM\"", "\"EC\"", "\"oct\"", "\"P-256\"",
      "\"RS256\"", "\"ES256\"", "\"RSA-OAEP\"", "\"RSA1_5\"", "\"A256GCM\"", "\"A128KW\"", "\"HS256\"", "\"sign\"",
      "[\"sign\"]", "[\"import\"]", "[null]", "[[]]", "\"\"", "\"AAAA\"", "\"AQAB\"", "\"A\"", "\"=\"", "\"AA==\"",
      "\"+/+/\"",
      "\"%00\"", "\"\\u0000\"", "\"\\ud800\"", "\"é\"", "\"eyJ9\"",
      "\"" + "A".repeat(43) + "\"", "\"" + "A".repeat(342) + "\"",
      "\"" + "_".repeat(5000) + "\"", "{}", "[]", "{\"a\":{\"b\":[{}]}}", "[".repeat(40), "\"P1D\"", "tru", "'x'", "NaN",
      "\"https://localhost/keys/a/b\""};
  private static final String[] SEGMENTS = {"shared", "no-such", "..", ".", "%2e%2e", "%2f", "%5c", "%00", "a%20b", "%zz",
      "%",
      "versions", "create", "restore", "n".repeat(128), "n".repeat(3000), "%C3%A4", "a;b=c", "~", "*", "0".repeat(32),
      "g".repeat(32), "'--", "<script>", "\u00e9"};
  private static final String[] QUERIES = {"api-version=7.4", "api%2Dversion=7.6", "api-version=", "api-version=1.0", "",
      "api-version=7.4&maxresults=x", "api-version=7.4&maxresults=-1", "api-version=7.4&$skiptoken=%ff",
      "api-version=7.4&$skiptoken=" + "A".repeat(2000), "api-version=7.4&api-version=9", "api-version=7.4&%zz=1", "&&&=&",
      "api-version=2025-07-01&" + "a=b&".repeat(150)};

  private static final String AUTHORITY = "https://authority.test";
  private static final String POLICY = "{\"version\":\"1.0.0\",\"anyOf\":[{\"authority\":\"" + AUTHORITY
      + "\",\"allOf\":[{\"claim\":\"a\",\"equals\":\"b\"}]}]}";
  private static final String[] TARGETS = {"", ".", "..", "...", "e30.e30.AA", "e30..", "\u0000.e30.e30",
      jwt("{\"alg\":\"RS256\"}", "{\"iss\":\"" + AUTHORITY + "\",\"a\":\"b\",\"exp\":99999999999}"),
      jwt("{\"alg\":\"none\"}", "{\"iss\":\"" + AUTHORITY + "\"}"), jwt("{\"alg\":\"HS256\"}", "{\"iss\":[]}"),
      jwt("{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}", "{\"iss\":\"" + AUTHORITY + "\",\"exp\":1e400}"),
      jwt("{\"alg\":\"PS256\",\"kid\":{}}", "[".repeat(2000)), jwt("{\"alg\":1}", "null"), jwt("[]", "{}"),
      jwt("{\"alg\":\"RS256\",\"zip\":\"DEF\"}", "{\"iss\":\"file:///etc\"}"), "A".repeat(70_000)};

  private TestServer server;

  @BeforeAll
  void start(@TempDir Path directory, @TempDir Path signer) throws IOException {
    PrivateKeyEntry signing;
    try (DataDirectory own = DataDirectory.open(signer)) {
      signing = CertificateAuthority.open(own, List.of(), Clock.systemUTC()).issueSigning();
    }
    server = TestServer.start(directory, database -> of(database, new ReleaseSigner(() -> signing)));
    assertThat(server.client().in(VaultKind.MANAGED_HSM).post("/keys/releasable/create", "{\"kty\":\"EC-HSM\","
        + "\"attributes\":{\"exportable\":true},\"release_policy\":{\"data\":\"" + base64url(POLICY) + "\"}}").status())
        .isEqualTo(200);
    for (VaultKind kind : VaultKind.values()) {
      assertThat(server.client().in(kind).post("/keys/shared/create", "{\"kty\":\"EC\"}").status()).isEqualTo(200);
    }
    assertThat(server.client().in(VaultKind.MANAGED_HSM).post("/keys/oct/create", "{\"kty\":\"oct\"}").status())
        .isEqualTo(200);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  static Stream<String> routes() {
    return of(null, null).stream().map(KeyRoutesFuzz::label);
  }

  private static List<Route> of(Database database, ReleaseSigner signer) {
    Clock clock = Clock.systemUTC();
    return Stream.of(new KeyRoutes(database, clock).routes(), new RotationRoutes(database, clock).routes(),
        new ReleaseRoutes(database, clock, KeyRoutesFuzz::refuse, signer).routes()).flatMap(List::stream).toList();
  }

  private static byte[] refuse(URI address, int most) throws OutboundException {
    throw new OutboundException(address + " is not reached");
  }

  private static String label(Route route) {
    return route.method() + " " + route.path();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void nothingMakesARouteFail(String route) {
    long seed = Long.getLong("keyhaven.fuzz.seed", 20260401L) ^ route.hashCode();
    Random random = new Random(seed);
    Method method = Method.valueOf(route.substring(0, route.indexOf(' ')));
    String path = route.substring(route.indexOf(' ') + 1);
    boolean release = path.endsWith("/release") || path.endsWith("/secureunwrapkey");
    boolean neverServed = release || path.endsWith("/attestation");
    for (int round = 0; round < ROUNDS; round++) {
      VaultKind kind = VaultKind.values()[random.nextInt(2)];
      String body = method == Method.GET || method == Method.DELETE ? null
          : release && random.nextBoolean() ? releaseBody(random) : body(random, 0);
      String target = target(random, neverServed ? path.replace("{name}", releasable(random)) : path) + "?"
          + (random.nextInt(4) > 0 ? QUERIES[0] : pick(random, QUERIES));
      long started = System.nanoTime();
      Reply reply = server.client().in(kind).send(method.name(), target, Map.of(), body);
      String context = "seed " + seed + " round " + round + ": " + method + " " + target + " " + body + "\n" + reply.text();
      assertThat(Duration.ofNanos(System.nanoTime() - started)).as(context).isLessThan(AT_ONCE);
      assertThat(reply.status()).as(context).isBetween(neverServed ? 400 : 200, 499);
      if (reply.status() >= 400) {
        JsonNode error = reply.json().path("error");
        assertThat(error.path("code").asString("")).as(context).isNotBlank();
        assertThat(error.path("message").asString("")).as(context).isNotBlank();
      }
    }
  }

  private static String target(Random random, String path) {
    boolean plain = random.nextInt(3) > 0;
    String name = plain ? (random.nextBoolean() ? "shared" : "oct") : pick(random, SEGMENTS);
    String version = random.nextInt(3) > 0 ? "0".repeat(32) : pick(random, SEGMENTS);
    return path.replace("{name}", name).replace("{version}", version);
  }

  /** No other route gets this name, so that it stays. */
  private static String releasable(Random random) {
    return random.nextInt(3) > 0 ? "releasable" : "{name}";
  }

  private static String releaseBody(Random random) {
    String more = random.nextBoolean() ? "" : ",\"" + pick(random, MEMBERS) + "\":" + pick(random, VALUES);
    return "{\"target\":\"" + pick(random, TARGETS).replace("\u0000", "\\u0000") + "\"" + more + "}";
  }

  private static String jwt(String header, String claims) {
    return base64url(header) + "." + base64url(claims) + "." + "A".repeat(342);
  }

  private static String base64url(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String body(Random random, int depth) {
    if (depth == 0 && random.nextInt(8) == 0) {
      return pick(random, new String[] {"", "null", "{", "}", "[]", "{\"a\"", "\u0000",
          "{\"value\":\"AAAA\"", "{}{}", "\ufeff{}",
          "{\"alg\":\"RS256\",\"alg\":\"RS256\"}", "[".repeat(10_000), "{\"tags\":" + "{\"a\":".repeat(500)});
    }
    StringBuilder json = new StringBuilder("{");
    for (int n = random.nextInt(6); n >= 0; n--) {
      String value = depth < 3 && random.nextInt(4) == 0 ? body(random, depth + 1) : pick(random, VALUES);
      json.append('"').append(pick(random, MEMBERS)).append("\":").append(value).append(n == 0 ? "" : ",");
    }
    return json.append('}').toString();
  }

  private static String pick(Random random, String[] from) {
    return from[random.nextInt(from.length)];
  }
}
