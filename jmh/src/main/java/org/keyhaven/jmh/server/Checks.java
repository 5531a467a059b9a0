package org.keyhaven.jmh.server;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.RSAPrivateKeySpec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Base64;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.keyhaven.jmh.harness.Vault;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * That the server which was measured checks what it should: it was not made fast by checking less. A request without
 * token is refused (401), one whose token was edited (401), and one by somebody without permission (403); a row that was
 * edited while its key is in use is refused by the next request (500); and the audit log has one line a request.
 */
public final class Checks {
  private static final int LOGGED = 200;
  private static final String SIGN = "{\"alg\":\"ES256\",\"value\":\"" + "A".repeat(43) + "\"}";

  private final Vault vault;
  private final String ecPath;
  private final String token;
  private final KeepAlive line;

  private Checks(Vault vault, String ecPath, String token, KeepAlive line) {
    this.vault = vault;
    this.ecPath = ecPath;
    this.token = token;
    this.line = line;
  }

  /** With a key of their own. */
  public static void run(Vault vault) throws Exception {
    run(vault, ServerKeys.createEc(vault.connection(), "bench-checks"));
  }

  /**
   * @param ecPath the key that was measured
   * @throws IllegalStateException when a check is missing
   */
  static void run(Vault vault, String ecPath) throws Exception {
    SSLContext tls = vault.connection().tls();
    try (KeepAlive line = KeepAlive.open(tls, vault.connection().vault().getPort())) {
      Checks checks = new Checks(vault, ecPath, vault.connection().token(), line);
      checks.tokens();
      checks.rows();
      checks.log();
    }
  }

  private void tokens() throws IOException, GeneralSecurityException {
    expect(200, token, "a good token");
    expect(401, null, "no token");
    String[] parts = token.split("\\.");
    String stranger = parts[0] + "." + withOtherPrincipal(parts[1]);
    expect(401, stranger + "." + parts[2], "a token that was edited");
    expect(403, stranger + "." + signed(stranger), "a token of somebody without permission");
  }

  private void rows() throws IOException, SQLException {
    String name = ecPath.split("/")[2];
    String url = "jdbc:sqlite:" + vault.directory().resolve("keyhaven.db");
    expect(200, token, "a key in use");
    try (Connection database = DriverManager.getConnection(url)) {
      // Within its times, as far as it says; but it was not the server that wrote so.
      edit(database, name, 4_102_444_800L);
      try {
        expect(500, token, "a row that was edited");
      } finally {
        edit(database, name, null);
      }
    }
    expect(200, token, "a row that was put right again");
  }

  private void log() throws IOException {
    long before = logged();
    for (int i = 0; i < LOGGED; i++) {
      expect(200, token, "a good token");
    }
    if (logged() - before != LOGGED) {
      throw new IllegalStateException(LOGGED + " requests made " + (logged() - before) + " lines in the audit log");
    }
  }

  private long logged() throws IOException {
    try (Stream<String> lines = Files.lines(vault.accessLog(), StandardCharsets.UTF_8)) {
      return lines.filter(text -> text.contains(" POST " + ecPath + "/sign 200 ")).count();
    }
  }

  private void expect(int status, String bearer, String what) throws IOException {
    Requests requests = Requests.of(vault.connection().vault(), bearer);
    KeepAlive.Reply reply = line.exchange(requests.post(ecPath + "/sign", SIGN));
    if (reply.status() != status) {
      throw new IllegalStateException(what + ": status " + reply.status() + " and not " + status + ": " + reply.text());
    }
  }

  private static void edit(Connection database, String name, Long expires) throws SQLException {
    try (PreparedStatement update = database.prepareStatement("UPDATE object_version SET exp = ? WHERE name = ?")) {
      update.setObject(1, expires);
      update.setString(2, name);
      if (update.executeUpdate() == 0) {
        throw new IllegalStateException("no row of " + name);
      }
    }
  }

  private static String withOtherPrincipal(String payload) {
    ObjectNode claims = (ObjectNode) JsonMapper.shared().readTree(Base64.getUrlDecoder().decode(payload));
    claims.put("oid", "00000000-0000-4000-8000-000000000000");
    return base64(JsonMapper.shared().writeValueAsBytes(claims));
  }

  /** By the vault's own issuer, whose key lies in its data directory. */
  private String signed(String headerAndPayload) throws IOException, GeneralSecurityException {
    Path file = vault.directory().resolve("issuer.jwk");
    JsonNode key = JsonMapper.shared().readTree(Files.readAllBytes(file));
    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(KeyFactory.getInstance("RSA")
        .generatePrivate(new RSAPrivateKeySpec(number(key, "n"), number(key, "d"))));
    signer.update(headerAndPayload.getBytes(StandardCharsets.US_ASCII));
    return base64(signer.sign());
  }

  private static BigInteger number(JsonNode key, String name) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(key.required(name).stringValue()));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
