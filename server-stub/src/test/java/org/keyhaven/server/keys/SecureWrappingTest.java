package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.keyhaven.server.keys.KeysApi.badParameter;
import static org.keyhaven.server.keys.KeysApi.base64;
import static org.keyhaven.server.keys.KeysApi.bytes;
import static org.keyhaven.server.keys.KeysApi.ok;
import static org.keyhaven.server.keys.KeysApi.refused;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keyhaven.server.http.Route;
import org.keyhaven.server.http.TestServer;
import org.keyhaven.server.http.TestServer.Client;
import org.keyhaven.server.http.TestServer.Reply;
import org.keyhaven.server.keys.release.ReleaseSigner;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.vaults.VaultKind;
import tools.jackson.databind.JsonNode;

/** Keys that are made for trusted environments, and unwrapped for these alone. */
class SecureWrappingTest {
  private static final TestAuthority AUTHORITY = new TestAuthority();
  private static final String POLICY = TestAuthority.policy();
  private static final String OPERATIONS = ",\"key_ops\":[\"secureWrapKey\",\"secureUnwrapKey\"]";
  private static final String TERMS = ",\"release_policy\":{\"data\":\"" + POLICY + "\"}";

  private static TestServer server;
  private static Client client;

  @BeforeAll
  static void start(@TempDir Path directory) {
    server = TestServer.start(directory, SecureWrappingTest::routes);
    client = server.client().in(VaultKind.MANAGED_HSM);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<Route> routes(Database database) {
    Clock clock = Clock.systemUTC();
    ReleaseSigner unused = new ReleaseSigner(() -> {
      throw new AssertionError("nothing is released");
    });
    return Stream.of(new KeyRoutes(database, clock).routes(), new RotationRoutes(database, clock).routes(),
        new ReleaseRoutes(database, clock, AUTHORITY::publish, unused).routes()).flatMap(List::stream)
        .toList();
  }

  private static String trusted() {
    return AUTHORITY.assertion(true);
  }

  private static String untrusted() {
    return AUTHORITY.assertion(false);
  }

  private static Reply wrap(String path, String algorithm) {
    return client.post("/keys/" + path + "/securewrapkey", "{\"alg\":\"" + algorithm + "\"}");
  }

  private static Reply unwrap(String path, String algorithm, String value, String target) {
    return client.post("/keys/" + path + "/secureunwrapkey",
        "{\"alg\":\"" + algorithm + "\",\"value\":\"" + value + "\",\"target\":\"" + target + "\"}");
  }

  @ParameterizedTest
  @CsvSource({"RSA-HSM,RSA-OAEP-256,256", "oct-HSM,A256KW,40", "oct-HSM,A256KWPAD,40", "oct-HSM,CKM_AES_KEY_WRAP,40",
      "oct-HSM,CKM_AES_KEY_WRAP_PAD,40"})
  void aNewKeyIsWrappedAndIsUnwrappedForATrustedEnvironment(String kty, String algorithm, int length) {
    String name = "secure-" + algorithm.replace('_', '-');
    JsonNode made = ok(client.post("/keys/" + name + "/create", "{\"kty\":\"" + kty + "\"" + OPERATIONS + TERMS + "}"));
    assertThat(made.path("attributes").path("exportable").asBoolean()).isFalse();
    assertThat(made.path("release_policy").path("data").asString()).isEqualTo(POLICY);
    String kid = made.path("key").path("kid").asString();
    JsonNode wrapped = ok(wrap(name, algorithm));
    assertThat(wrapped.propertyNames()).containsExactlyInAnyOrder("kid", "alg", "value");
    assertThat(wrapped.path("kid").asString()).isEqualTo(kid);
    assertThat(wrapped.path("alg").asString()).isEqualTo(algorithm);
    assertThat(bytes(wrapped.path("value"))).hasSize(length);

    String value = wrapped.path("value").asString();
    JsonNode first = ok(unwrap(name, algorithm, value, trusted()));
    assertThat(first.path("kid").asString()).isEqualTo(kid);
    assertThat(bytes(first.path("value"))).hasSize(32);
    assertThat(ok(unwrap(name + kid.substring(kid.lastIndexOf('/')), algorithm, value, trusted()))).isEqualTo(first);
    String another = ok(wrap(name, algorithm)).path("value").asString();
    assertThat(ok(unwrap(name, algorithm, another, trusted())).path("value")).isNotEqualTo(first.path("value"));
    refused(unwrap(name, algorithm, value, untrusted()), 403, "Forbidden", "KeyReleaseDenied");
    refused(unwrap(name, algorithm, value, "no.token.here"), 403, "Forbidden", "KeyReleaseDenied");
    badParameter(unwrap(name, algorithm, base64(new byte[length]), trusted()));
  }

  @Test
  void suchAKeyDoesNothingElseAndNoOtherKeyDoesIt() {
    ok(client.post("/keys/only-secure/create", "{\"kty\":\"RSA\"" + OPERATIONS + TERMS + "}"));
    String value = ok(wrap("only-secure", "RSA-OAEP-256")).path("value").asString();
    refused(client.post("/keys/only-secure/unwrapkey", "{\"alg\":\"RSA-OAEP-256\",\"value\":\"" + value + "\"}"), 403,
        "Forbidden", "KeyOperationForbidden");
    refused(client.post("/keys/only-secure/release", "{\"target\":\"" + trusted() + "\"}"), 403, "Forbidden",
        "KeyNotExportable");
    badParameter(client.patch("/keys/only-secure", "{\"key_ops\":[\"unwrapKey\"]}"));
    badParameter(client.patch("/keys/only-secure", "{\"attributes\":{\"exportable\":true}}"));
    ok(client.patch("/keys/only-secure", "{\"key_ops\":[\"secureUnwrapKey\"]}"));
    refused(wrap("only-secure", "RSA-OAEP-256"), 403, "Forbidden", "KeyOperationForbidden");
    JsonNode rotated = ok(client.post("/keys/only-secure/rotate", ""));
    assertThat(rotated.path("release_policy").path("data").asString()).isEqualTo(POLICY);
    assertThat(rotated.path("key").path("key_ops").toString()).isEqualTo("[\"secureUnwrapKey\"]");

    ok(client.post("/keys/not-secure/create", "{\"kty\":\"RSA-HSM\"}"));
    refused(wrap("not-secure", "RSA-OAEP-256"), 403, "Forbidden", "KeyOperationForbidden");
    refused(unwrap("not-secure", "RSA-OAEP-256", value, trusted()), 403, "Forbidden", "KeyOperationForbidden");
    badParameter(client.patch("/keys/not-secure", "{\"key_ops\":[\"secureWrapKey\"]}"));
    for (String body : new String[] {OPERATIONS, OPERATIONS + TERMS + ",\"attributes\":{\"exportable\":true}",
        ",\"key_ops\":[\"secureWrapKey\",\"sign\"]" + TERMS}) {
      badParameter(client.post("/keys/never/create", "{\"kty\":\"RSA-HSM\"" + body + "}"));
    }
    badParameter(client.post("/keys/never/create", "{\"kty\":\"EC-HSM\"" + OPERATIONS + TERMS + "}"));
    badParameter(server.client().post("/keys/never/create", "{\"kty\":\"RSA-HSM\"" + OPERATIONS + TERMS + "}"));
    assertThat(server.client().post("/keys/never/securewrapkey", "{\"alg\":\"RSA-OAEP-256\"}").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"securewrapkey|{}", "securewrapkey|{\"alg\":\"RSA-OAEP\"}",
      "securewrapkey|{\"alg\":\"RS256\"}", "securewrapkey|{\"alg\":\"A256KW\"}",
      "secureunwrapkey|{\"alg\":\"RSA-OAEP-256\",\"value\":\"AAAA\"}",
      "secureunwrapkey|{\"alg\":\"RSA1_5\",\"value\":\"AAAA\",\"target\":\"x\"}"})
  void whatIsNoSecureWrappingIsABadParameter(String operation, String body) {
    ok(client.post("/keys/bad-secure/create", "{\"kty\":\"RSA-HSM\"" + OPERATIONS + TERMS + "}"));
    badParameter(client.post("/keys/bad-secure/" + operation, body));
  }
}
