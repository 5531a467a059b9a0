package org.keyhaven.client;

import java.time.Instant;

/** See {@link TokenSource#fixed}. */
final class FixedTokenSource implements TokenSource {
  private final AccessToken token;

  FixedTokenSource(String token) {
    this.token = new AccessToken(token, Instant.MAX, Instant.MAX);
  }

  /** What it says of its end is read when it is first needed. */
  @Override
  public AccessToken token(TokenRequest request) {
    return AccessToken.of(token.value(), JwtClaims.of(token.value()).expiresAt());
  }

  @Override
  public boolean needsChallenge() {
    return false;
  }

  @Override
  public String toString() {
    return "the configured token";
  }
}
