package org.keyhaven.client;

import java.io.IOException;
import org.keyhaven.client.http.Answer;

/**
 * Puts the token on. The first request goes out bare, and the vault's challenge tells which tenant and audience it wants; a
 * challenge for an audience that is not the vault's own gets nothing. A refused token is replaced once a call.
 */
final class ChallengeLink implements Link {
  private final Link next;
  private final Authentication authentication;

  ChallengeLink(Link next, Authentication authentication) {
    this.next = next;
    this.authentication = authentication;
  }

  @Override
  public Answer send(Call call) throws IOException {
    Challenge challenge = authentication.known();
    if (challenge == null) {
      Answer bare = next.send(call.withoutBody());
      if (bare.status() != 401) {
        return bare;
      }
      challenge = authentication.learn(bare);
    }
    TokenCache.Held token = authentication.tokens().get(challenge, call.deadline());
    authentication.requireOwnAudience(token);
    Answer answer = next.send(call.authorized(token.header()));
    if (answer.status() != 401) {
      return answer;
    }
    Challenge anew = authentication.anew(answer, challenge);
    TokenCache.Held other = authentication.tokens().replace(token, anew, call.deadline());
    if (other.header().equals(token.header())) {
      throw authentication.refused(answer, token);
    }
    authentication.requireOwnAudience(other);
    Answer last = next.send(call.authorized(other.header()));
    if (last.status() == 401) {
      throw authentication.refused(last, other);
    }
    authentication.accepted(anew);
    return last;
  }
}
