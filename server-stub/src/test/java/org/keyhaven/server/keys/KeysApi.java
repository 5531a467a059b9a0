package org.keyhaven.server.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Map;
import org.keyhaven.server.http.TestServer.Client;
import org.keyhaven.server.http.TestServer.Reply;
import tools.jackson.databind.JsonNode;

/** The keys API as tests speak it: JSON in, and what came back, looked at. */
record KeysApi(Client client) {

  static JsonNode ok(Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  static void refused(Reply reply, int status, String code, String innerCode) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.errorCode()).isEqualTo(code);
    assertThat(reply.innerCode()).isEqualTo(innerCode);
    assertThat(reply.json().path("error").path("message").asString()).isNotBlank();
  }

  static void badParameter(Reply reply) {
    refused(reply, 400, "BadParameter", "");
  }

  static String version(JsonNode bundle) {
    String kid = bundle.path("key").path("kid").asString();
    return kid.substring(kid.lastIndexOf('/') + 1);
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static byte[] bytes(JsonNode text) {
    return Base64.getUrlDecoder().decode(text.asString());
  }

  JsonNode create(String name, String body) {
    return ok(client.post("/keys/" + name + "/create", body));
  }

  Reply put(String name, String body) {
    return client.send("PUT", "/keys/" + name + "?api-version=7.4", Map.of("Content-Type", "application/json"),
        body);
  }

  /** @param more further members, each after a comma */
  JsonNode importKey(String name, String jwk, String more) {
    return ok(put(name, "{\"key\":" + jwk + more + "}"));
  }

  /** The operation on the latest version. @param more further members, each after a comma */
  Reply run(String name, String operation, String algorithm, byte[] value, String more) {
    return client.post("/keys/" + name + "/" + operation,
        "{\"alg\":\"" + algorithm + "\",\"value\":\"" + base64(value) + "\"" + more + "}");
  }

  /** As {@link #run}, giving the answer's value. */
  byte[] done(String name, String operation, String algorithm, byte[] value, String more) {
    return bytes(ok(run(name, operation, algorithm, value, more)).path("value"));
  }

  boolean verified(String name, String algorithm, byte[] digest, byte[] signature) {
    return ok(client.post("/keys/" + name + "/verify", "{\"alg\":\"" + algorithm + "\",\"digest\":\"" + base64(digest)
        + "\",\"value\":\"" + base64(signature) + "\"}")).path("value").asBoolean();
  }

  /** A member for {@link #run}. */
  static String member(String name, byte[] value) {
    return ",\"" + name + "\":\"" + base64(value) + "\"";
  }
}
