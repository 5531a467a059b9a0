package org.keyhaven.server.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The one client that the built-in issuer knows.
 *
 * @param objectId what access is granted to
 */
public record BuiltInClient(String clientId, String clientSecret, String objectId) {

  /** Compares in a time that does not depend on where the first difference is. */
  boolean matches(String id, String secret) {
    boolean sameId = MessageDigest.isEqual(clientId.getBytes(StandardCharsets.UTF_8), id.getBytes(StandardCharsets.UTF_8));
    boolean sameSecret =
        MessageDigest.isEqual(clientSecret.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
    return sameId & sameSecret;
  }

  @Override
  public String toString() {
    return "BuiltInClient[clientId=" + clientId + ", objectId=" + objectId + "]";
  }
}
