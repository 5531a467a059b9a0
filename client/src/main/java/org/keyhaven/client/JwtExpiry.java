package org.keyhaven.client;

import java.time.Instant;
import java.util.Base64;
import org.keyhaven.client.wire.Json;
import tools.jackson.core.JacksonException;

/** Reads when a token ends, where it is a JWT (RFC 7519, section 4.1.4). Unverified: it only decides when to ask for another. */
final class JwtExpiry {
  private record Claims(Instant exp) { }

  private JwtExpiry() { }

  /** The {@code exp} claim; {@link Instant#MAX} when the token is opaque or has none. */
  static Instant of(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Instant.MAX;
    }
    try {
      Claims claims = Json.mapper().readValue(Base64.getUrlDecoder().decode(parts[1]), Claims.class);
      return claims.exp() == null ? Instant.MAX : claims.exp();
    } catch (IllegalArgumentException | JacksonException e) {
      // Opaque tokens may have dots too; the vault, not the client, judges them.
      return Instant.MAX;
    }
  }
}
