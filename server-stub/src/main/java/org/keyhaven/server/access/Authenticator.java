package org.keyhaven.server.access;

import java.util.Set;

/** Turns the Authorization header of a request into the principal it speaks for. */
public interface Authenticator {

  /**
   * Validates a bearer token: signature, issuer, audience and time.
   *
   * @param authorization the header's value; null when the request has none
   * @param audiences any one of these must be the token's audience
   * @throws org.keyhaven.server.ApiError 401 when there is no valid token; the caller adds the challenge
   */
  Principal authenticate(String authorization, Set<String> audiences);
}
