package org.keyhaven.client;

/** See {@link TokenSource#fixed}. */
final class FixedTokenSource implements TokenSource {
  private final AccessToken token;

  FixedTokenSource(String token) {
    this.token = AccessToken.of(token, JwtClaims.of(token).expiresAt());
  }

  @Override
  public AccessToken token(TokenRequest request) {
    return token;
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
