package org.keyhaven.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.keyhaven.client.wire.Json;
import tools.jackson.core.JacksonException;

/**
 * What a token says of itself, where it is a JWT (RFC 7519, section 4.1). Unverified: it only decides when to ask for another
 * token, and that one meant for somebody else is not sent.
 *
 * @param expiresAt the {@code exp} claim; {@link Instant#MAX} when the token is opaque or has none
 * @param audiences the {@code aud} claim, where it is https addresses; other audiences, such as ids, say nothing of a host
 */
record JwtClaims(Instant expiresAt, List<URI> audiences) {
  private static final JwtClaims OPAQUE = new JwtClaims(Instant.MAX, List.of());

  static JwtClaims of(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return OPAQUE;
    }
    try {
      Map<String, Object> claims = Json.readObject(Base64.getUrlDecoder().decode(parts[1]));
      if (claims == null) {
        return OPAQUE;
      }
      List<URI> audiences = new ArrayList<>();
      if (claims.get("aud") instanceof List<?> several) {
        for (Object one : several) {
          add(one, audiences);
        }
      } else {
        add(claims.get("aud"), audiences);
      }
      return new JwtClaims(time(claims.get("exp")), List.copyOf(audiences));
    } catch (IllegalArgumentException | JacksonException | DateTimeException e) {
      // Opaque tokens may have dots too; the vault, not the client, judges them.
      return OPAQUE;
    }
  }

  /** A NumericDate may have a fraction (RFC 7519, section 2). */
  private static Instant time(Object exp) {
    return exp instanceof Long || exp instanceof Double ? Instant.ofEpochSecond(((Number) exp).longValue()) : Instant.MAX;
  }

  private static void add(Object audience, List<URI> audiences) {
    if (!(audience instanceof String text)) {
      return;
    }
    try {
      URI uri = new URI(text);
      if ("https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        audiences.add(uri);
      }
    } catch (URISyntaxException e) {
      // No address, and so none that says anything of a host.
      return;
    }
  }
}
