package org.keyhaven.jmh.server;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.jmh.harness.Connection;
import org.keyhaven.jmh.harness.PublicHalf;

/**
 * The keys that the load uses, in the HSM.
 *
 * @param rsaPath {@code /keys/NAME/VERSION} of RSA-2048
 * @param ecPath of P-256
 */
record ServerKeys(String rsaPath, String ecPath, PublicKey rsa, PublicKey ec) {
  static final String EC = "bench-server-ec";
  private static final String RSA = "bench-server-rsa";

  /** Generates them. */
  static void create(Connection connection) throws Exception {
    try (KeyhavenClient client = client(connection)) {
      client.keys().create(RSA, KeyCreateParameters.rsa(2048).inHsm());
      client.keys().create(EC, KeyCreateParameters.ec(KeyCurve.P_256).inHsm());
    }
  }

  /** @return the path of a new key */
  static String createEc(Connection connection, String name) throws Exception {
    try (KeyhavenClient client = client(connection)) {
      return path(client.keys().create(name, KeyCreateParameters.ec(KeyCurve.P_256).inHsm()).key().kid());
    }
  }

  /** Those of {@link #create}, with an EC key of any name. */
  static ServerKeys of(Connection connection, String ecName) throws Exception {
    try (KeyhavenClient client = client(connection)) {
      JsonWebKey rsa = client.keys().get(RSA).key();
      JsonWebKey ec = client.keys().get(ecName).key();
      return new ServerKeys(path(rsa.kid()), path(ec.kid()), PublicHalf.of(rsa), PublicHalf.of(ec));
    }
  }

  /**
   * Verifies a signature with the JDK.
   *
   * @param operation RS256 or ES256; there is nothing to verify of others
   * @throws IllegalStateException when it is wrong
   */
  void verify(String operation, byte[] message, KeepAlive.Reply reply) throws GeneralSecurityException {
    switch (operation) {
      case "RS256" -> verify("SHA256withRSA", rsa, message, reply);
      case "ES256" -> verify("SHA256withECDSAinP1363Format", ec, message, reply);
      default -> { }
    }
  }

  private static void verify(String algorithm, PublicKey key, byte[] message, KeepAlive.Reply reply)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(key);
    verifier.update(message);
    if (!verifier.verify(Base64.getUrlDecoder().decode(reply.value()))) {
      throw new IllegalStateException("the JDK does not verify a signature with " + algorithm);
    }
  }

  private static String path(ObjectId id) {
    return "/keys/" + id.name() + "/" + id.version();
  }

  private static KeyhavenClient client(Connection connection) throws Exception {
    return connection.client(connection.token()).build();
  }
}
