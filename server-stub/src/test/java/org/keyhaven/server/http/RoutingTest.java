package org.keyhaven.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.Keys.KeySignParameters;
import org.keyhaven.server.access.Permission;
import org.keyhaven.server.http.TestServer.Reply;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.vaults.VaultKind;

/** What shipping clients send (docs: the challenge, paths, versions), against routes that tell which of them was taken. */
class RoutingTest {
  private static TestServer server;

  @BeforeAll
  static void start(@TempDir Path directory) {
    server = TestServer.start(directory, database -> List.of(
        Route.of(Method.GET, "/keys/{name}", Permission.KEYS_GET, call -> tell("get-latest", call)),
        Route.of(Method.GET, "/keys/{name}/versions", Permission.KEYS_LIST, call -> tell("versions", call)),
        Route.of(Method.GET, "/keys/{name}/{version}", Permission.KEYS_GET, call -> tell("get-version", call)),
        Route.of(Method.PATCH, "/keys/{name}", Permission.KEYS_UPDATE, call -> tell("patch-latest", call)),
        Route.of(Method.DELETE, "/keys/{name}", Permission.KEYS_DELETE, call -> tell("delete", call)),
        Route.of(Method.POST, "/keys/{name}/sign", Permission.KEYS_SIGN, call -> tell("sign-latest", call)),
        Route.of(Method.POST, "/keys/{name}/{version}/sign", Permission.KEYS_SIGN, call -> tell("sign-version", call)),
        Route.of(Method.POST, "/keys/{name}/create", Permission.KEYS_CREATE,
            call -> Answer.ok(call.body(KeySignParameters.class))),
        Route.of(Method.PUT, "/keys/{name}", Permission.KEYS_CREATE, call -> {
          throw new IllegalStateException("secret detail");
        }),
        Route.of(VaultKind.VAULT, Method.GET, "/certificates", Permission.CERTIFICATES_LIST, call -> tell("certs", call)),
        Route.open(Method.POST, "/tenant/token", call -> Answer.ok(call.form()))));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer tell(String route, Call call) {
    return Answer.ok(Map.of("route", route, "vault", call.vault().name(), "version", call.apiVersion().wireName(), "base",
        call.base().toString(), "who", call.principal().objectId()));
  }

  private static String route(Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json().get("route").asString();
  }

  @Test
  void withoutATokenThereIsTheChallengeAndAJsonBodyBeforeAnyBodyIsRead() {
    // A Content-Length that is never fulfilled: an answer can only come if nobody waits for the body.
    Reply reply = server.client().as(null).send("POST", "/keys/a/create?api-version=7.4", Map.of("Content-Length", "1000"),
        null);
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer authorization=\"https://localhost:"
        + server.port(VaultKind.VAULT) + "/" + TestServer.TENANT + "\", resource=\"https://localhost:"
        + server.port(VaultKind.VAULT) + "\"");
    assertThat(reply.text()).isEqualTo(
        "{\"error\":{\"code\":\"Unauthorized\",\"message\":\"AKV10000: Request is missing a Bearer or PoP token.\"}}");
    assertThat(reply.header("Content-Type")).isEqualToIgnoringWhitespace("application/json; charset=utf-8");
  }

  @ParameterizedTest
  @CsvSource({"VAULT, default.vault.localhost, vault.localhost", "VAULT, Other.Vault.localhost, vault.localhost",
      "MANAGED_HSM, default.managedhsm.localhost, managedhsm.localhost", "VAULT, 127.0.0.1, 127.0.0.1",
          "VAULT, [::1], [::1]"})
  void theChallengesResourceIsAParentDomainOfTheHostOrTheHost(VaultKind kind, String host, String resource) {
    Reply reply = server.client().in(kind).host(host).as(null).get("/keys/a");
    assertThat(reply.header("WWW-Authenticate")).endsWith(", resource=\"https://" + resource + ":" + server.port(kind)
        + "\"")
        .contains("authorization=\"https://" + host.toLowerCase(java.util.Locale.ROOT) + ":" + server.port(kind) + "/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nosuch.vault.localhost", "example.com", "a.b.vault.localhost", ".vault.localhost",
      "default.managedhsm.localhost", "localhost.evil", ""})
  void anUnknownHostIsNotFoundAndGetsNoChallenge(String host) {
    Reply reply = server.client().as(null).host(host).get("/keys/a");
    assertThat(reply.status()).isIn(400, 404);
    assertThat(reply.header("WWW-Authenticate")).isNull();
    assertThat(reply.errorCode()).isNotEmpty();
  }

  @Test
  void aHostWithAnotherPortIsUnknown() {
    assertThat(server.client().send("GET", "/keys/a?api-version=7.4", Map.of("Host", "localhost:1"), null).status())
        .isEqualTo(404);
    assertThat(server.client().send("GET", "/keys/a?api-version=7.4", Map.of("Host", "localhost"), null).status())
        .isEqualTo(404);
  }

  @Test
  void identifiersStartWithTheHostTheClientUsed() {
    Reply reply = server.client().host("other.vault.localhost").get("/keys/a");
    assertThat(reply.json().get("base").asString())
        .isEqualTo("https://other.vault.localhost:" + server.port(VaultKind.VAULT));
    assertThat(reply.json().get("vault").asString()).isEqualTo("other");
  }

  @ParameterizedTest
  @CsvSource({"GET,/keys/a,get-latest", "GET,/keys/a/,get-latest", "GET,//keys//a//,get-latest",
      "GET,/keys/a/versions,versions",
      "GET,/keys/a/versions/,versions", "GET,/keys/a/0123456789abcdef0123456789abcdef,get-version",
      "POST,/keys/a//sign,sign-latest",
      "POST,/keys/a/sign,sign-latest", "POST,/keys/a/0123456789abcdef0123456789abcdef/sign,sign-version",
      "PATCH,/keys/a,patch-latest", "PATCH,/keys/a/,patch-latest", "GET,/keys/%61,get-latest"})
  void pathsAreTakenAsClientsWriteThem(String method, String path, String expected) {
    assertThat(route(server.client().send(method, path + "?api-version=7.4", Map.of(), null))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"PATCH,patch-latest", "patch,patch-latest", "DELETE,delete"})
  void postWithAMethodHeaderStandsInForThatMethod(String method, String expected) {
    assertThat(route(server.client().send("POST", "/keys/a?api-version=7.4", Map.of("X-HTTP-METHOD", method), "")))
        .isEqualTo(expected);
  }

  @Test
  void theMethodHeaderDoesNotTurnAGetIntoADeleteNorAPostIntoAGet() {
    Map<String, String> delete = Map.of("X-HTTP-METHOD", "DELETE", "X-HTTP-Method-Override", "DELETE");
    assertThat(route(server.client().send("GET", "/keys/a?api-version=7.4", delete, null))).isEqualTo("get-latest");
    Map<String, String> get = Map.of("X-HTTP-METHOD", "GET", "X-HTTP-Method-Override", "GET");
    assertThat(server.client().send("POST", "/keys/a?api-version=7.4", get, "").status()).isEqualTo(405);
  }

  @Test
  void aStandInMethodNeedsThePermissionOfThatMethod() {
    Reply reply = server.client().as("Bearer reader").send("POST", "/keys/a?api-version=7.4",
        Map.of("X-HTTP-METHOD", "DELETE"), "");
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.text()).contains("keys/delete");
  }

  @ParameterizedTest
  @CsvSource({"7.0,7.0", "7.1,7.1", "7.2,7.2", "7.3,7.3", "7.4-preview.1,7.4", "7.5,7.5", "7.6,7.6", "2025-07-01,2025-07-01",
      "2026-04-01,2026-04-01", "7.0-preview,7.0", "7.3-preview,7.3", "7.5-preview.1,7.5", "7.6-preview.2,7.6",
      "2025-06-01-preview,2025-07-01", "2026-01-01-preview,2026-04-01", "2026-03-01-preview,2026-04-01"})
  void versionsThatClientsSendAreServed(String sent, String meant) {
    assertThat(server.client().send("GET", "/keys/a?api-version=" + sent, Map.of(), null).json().get("version").asString())
        .isEqualTo(meant);
    assertThat(route(server.client().send("GET", "/keys/a?api%2Dversion=" + sent, Map.of(), null))).isEqualTo("get-latest");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?api-version=", "?api-version=2016-10-01", "?api-version=9.9",
      "?api-version=2026-05-01-preview", "?api-version=%zz", "?%"})
  void otherVersionsAreRefusedNamingTheSupportedOnes(String query) {
    Reply reply = server.client().send("GET", "/keys/a" + query, Map.of(), null);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    if (!query.contains("%")) {
      assertThat(reply.text()).contains("BadParameter", "7.0", "2026-04-01");
    }
  }

  @Test
  void withoutThePermissionTheAnswerIsForbiddenAndNamesIt() {
    Reply reply = server.client().as("Bearer nobody").post("/keys/a/create", "{}");
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.errorCode()).isEqualTo("Forbidden");
    assertThat(reply.innerCode()).isEqualTo("ForbiddenByPolicy");
    assertThat(reply.text()).contains("keys/create");
  }

  @Test
  void unknownPathsAndMethodsAreToldToKnownCallersAlone() {
    assertThat(server.client().get("/nothing").status()).isEqualTo(404);
    assertThat(server.client().get("/").status()).isEqualTo(404);
    assertThat(server.client().send("PATCH", "/keys/a/sign?api-version=7.4", Map.of(), "{}").status()).isEqualTo(405);
    assertThat(server.client().send("OPTIONS", "/keys/a?api-version=7.4", Map.of(), null).status()).isBetween(400, 405);
    assertThat(server.client().as(null).get("/nothing").status()).isEqualTo(401);
    assertThat(server.client().as("Bearer forged").send("PATCH", "/keys/a/sign", Map.of(), "{}").status()).isEqualTo(401);
    assertThat(server.client().in(VaultKind.MANAGED_HSM).get("/certificates").status()).isEqualTo(404);
    assertThat(route(server.client().get("/certificates"))).isEqualTo("certs");
  }

  @Test
  void headersTellTheRequestAndEchoTheClientsIdentifierWhenItIsHarmless() {
    Reply reply = server.client().send("GET", "/keys/a?api-version=7.4", Map.of("x-ms-client-request-id", "client-42"),
        null);
    assertThat(reply.header("x-ms-client-request-id")).isEqualTo("client-42");
    assertThat(reply.header("x-ms-request-id")).isNotBlank();
    assertThat(reply.header("x-ms-keyvault-service-version")).isNotBlank();
    assertThat(reply.header("x-ms-keyvault-region")).isNotBlank();
    assertThat(reply.header("Server")).isNull();
    String tooLong = "x".repeat(200);
    assertThat(server.client().send("GET", "/keys/a?api-version=7.4", Map.of("x-ms-client-request-id", tooLong), null)
        .header("x-ms-client-request-id")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "5", "\"x\"", "{\"alg\":\"hunter2\"}",
      "{\"alg\":\"RS256\",\"value\":\"hun ter2\"}",
      "{\"alg\":{\"hunter2\":1}}", "{\"alg\":\"RS256\",\"alg\":\"hunter2\"}", "{\"alg\":\"RS256\"}hunter2",
      "{\"value\":true}"})
  void aBadBodyIsABadParameterAndIsNotEchoed(String body) {
    Reply reply = server.client().post("/keys/a/create", body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.errorCode()).isEqualTo("BadParameter");
    assertThat(reply.text()).doesNotContain("hunter2").doesNotContain("ter2");
  }

  @Test
  void deepAndHugeBodiesAreRefused() {
    assertThat(server.client().post("/keys/a/create", "{\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "}").status())
        .isEqualTo(400);
    Reply huge = server.client().post("/keys/a/create", "{\"x\":\"" + "a".repeat(Json.MAX_BODY_BYTES + 1) + "\"}");
    assertThat(huge.status()).isEqualTo(413);
    Reply chunked = server.client().send("POST", "/keys/a/create?api-version=7.4", Map.of("Transfer-Encoding", "chunked",
        "Content-Length", ""), null);
    assertThat(chunked.status()).isEqualTo(400);
  }

  @Test
  void anUnexpectedFailureTellsNothingButItsRequest() {
    Reply reply = server.client().send("PUT", "/keys/a?api-version=7.4", Map.of(), "{}");
    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.errorCode()).isEqualTo("InternalServerError");
    assertThat(reply.text()).doesNotContain("secret detail").contains(reply.header("x-ms-request-id"));
  }

  @Test
  void openRoutesNeedNoTokenAndReadForms() {
    Reply reply = server.client().as(null).send("POST", "/tenant/token?x=%zz1&a=b", Map.of(),
        "grant%5Ftype=client+credentials&a=1&a=2");
    assertThat(reply.status()).isEqualTo(400);
    reply = server.client().as(null).send("POST", "/tenant/token?junk", Map.of(), "grant%5Ftype=client+credentials&a=1&a=2");
    assertThat(reply.text()).isEqualTo("{\"grant_type\":\"client credentials\",\"a\":\"1\"}");
    assertThat(server.client().as(null).host("nosuch.vault.localhost").send("POST", "/tenant/token", Map.of(), "a=1")
        .status())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/keys/%2e%2e/x", "/keys/a%2fb", "/keys/../keys/a", "/keys/a;x=1", "/keys/a%00", "/keys/%ff",
      "/keys/a\\b", "/%", "/keys/" + "a/b/c/d/e/f/g/h"})
  void pathTricksGetAClientErrorWithTheErrorBody(String path) {
    Reply reply = server.client().send("GET", path + "?api-version=7.4", Map.of(), null);
    assertThat(reply.status()).as(reply.text()).isBetween(200, 499);
    assertThat(reply.json().isObject()).isTrue();
  }

  @Test
  void garbageInsteadOfARequestIsAClientError() {
    assertThat(server.client().sendRaw("GARBAGE\r\n\r\n").status()).isBetween(400, 499);
    assertThat(server.client().sendRaw("GET /keys/a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").status()).isBetween(400, 499);
    assertThat(server.client().send("GET", "/keys/a?api-version=7.4", Map.of("X-Long", "a".repeat(10_000)), null).status())
        .isEqualTo(431);
  }

  @Test
  void aHeadRequestIsToldNothingWithoutATokenAndThatItIsNotTakenWithOne() {
    for (String path : List.of("/keys/a", "/keys/a/versions", "/certificates", "/nothing")) {
      assertThat(server.client().as(null).head(path)).as(path).isEqualTo(401);
      assertThat(server.client().as("Bearer forged").head(path)).as(path).isEqualTo(401);
      assertThat(server.client().head(path)).as(path).isEqualTo(405);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BEFORE", "BEFORE_MATCHED", "AFTER", "INVALID", "PROPFIND", "get"})
  void aMethodThatNoRouteHasIsToldNothingWithoutATokenAndThatItIsNotTakenWithOne(String method) {
    String path = "/keys/a?api-version=7.4";
    assertThat(server.client().as(null).send(method, path, Map.of(), null).status()).isEqualTo(401);
    assertThat(server.client().send(method, path, Map.of(), null).status()).isEqualTo(405);
  }

  @Test
  void bodiesThatNeverComeDoNotStopTheServer() throws Exception {
    List<AutoCloseable> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        stalled.add(server.client().as(null).stall("/tenant/token"));
      }
      Instant start = Instant.now();
      assertThat(server.client().as(null).get("/keys/a").status()).isEqualTo(401);
      assertThat(server.client().post("/keys/a/create", "{\"alg\":\"RS256\",\"value\":\"AA\"}").status()).isEqualTo(200);
      assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(20));
    } finally {
      for (AutoCloseable connection : stalled) {
        connection.close();
      }
    }
  }

  @Test
  void aBodyThatDoesNotComeInTimeIsAnsweredSo() {
    Reply reply = server.client().send("POST", "/keys/a/create?api-version=7.4", Map.of("Content-Length", "5"), "");
    assertThat(reply.status()).isEqualTo(408);
    assertThat(reply.errorCode()).isEqualTo("RequestTimeout");
    assertThat(reply.header("Connection")).isEqualTo("close");
  }

  @Test
  void aBodyThatComesLateIsRead() throws Exception {
    String body = "{\"alg\":\"RS256\",\"value\":\"AA\"}";
    Reply reply = server.client().sendInTwo("/keys/a/create?api-version=7.4", Map.of("Content-Length",
        Integer.toString(body.length())), body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    reply = server.client().sendInTwo("/keys/a/create?api-version=7.4", Map.of("Transfer-Encoding", "chunked"),
        Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    reply = server.client().as(null).sendInTwo("/tenant/token", Map.of("Transfer-Encoding", "chunked"),
        "11000\r\n" + "a".repeat(0x11000) + "\r\n0\r\n\r\n");
    assertThat(reply.status()).as(reply.text()).isEqualTo(413);
  }
}
