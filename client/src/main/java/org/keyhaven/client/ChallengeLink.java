package org.keyhaven.client;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.VaultException.Unauthenticated;
import org.keyhaven.client.http.Answer;

/**
 * Puts the token on. The first request goes out bare, and the vault's challenge tells which tenant and audience it wants; a
 * challenge for an audience that is not the vault's own gets nothing. A refused token is replaced once a call.
 */
final class ChallengeLink implements Link {
  private static final Challenge NONE = new Challenge(null, null, null);

  private final Link next;
  private final URI vault;
  private final TokenSource source;
  private final TokenCache tokens;
  private final boolean verify;
  private volatile Challenge known;

  ChallengeLink(Link next, URI vault, TokenSource source, boolean verify) {
    this.next = next;
    this.vault = vault;
    this.source = source;
    this.tokens = new TokenCache(source);
    this.verify = verify;
    this.known = source.needsChallenge() ? null : NONE;
  }

  @Override
  public Answer send(Call call) throws IOException {
    Challenge challenge = known;
    if (challenge == null) {
      Answer bare = next.send(call.withoutBody());
      if (bare.status() != 401) {
        return bare;
      }
      challenge = challengeOf(bare).orElseThrow(() -> refuse("a challenge without scheme Bearer", bare));
      known = challenge;
    }
    TokenCache.Held token = tokens.get(challenge, call.deadline());
    requireOwnAudience(token);
    Answer answer = next.send(call.authorized(token.header()));
    if (answer.status() != 401) {
      return answer;
    }
    Challenge anew = source.needsChallenge() ? challengeOf(answer).orElse(challenge) : challenge;
    TokenCache.Held other = tokens.replace(token, anew, call.deadline());
    if (other.header().equals(token.header())) {
      throw refused(answer, token);
    }
    requireOwnAudience(other);
    Answer last = next.send(call.authorized(other.header()));
    if (last.status() == 401) {
      throw refused(last, other);
    }
    known = new Challenge(anew.resource(), anew.tenantId(), null);
    return last;
  }

  private Optional<Challenge> challengeOf(Answer answer) {
    Optional<Challenge> found;
    try {
      found = Challenge.of(answer.headers("WWW-Authenticate")).map(challenge -> challenge.completedBy(known));
    } catch (MalformedChallengeException e) {
      throw refuse("a challenge not to be trusted: " + e.getMessage(), answer);
    }
    found.ifPresent(challenge -> {
      if (challenge.resource() == null) {
        throw refuse("a challenge without a resource", answer);
      }
      if (verify && !challenge.isOwnOf(vault)) {
        throw refuse("a challenge for " + challenge.resource() + ", which is not its own domain", answer);
      }
    });
    return found;
  }

  /** A token that was not got for a verified challenge is looked at itself: one meant for another service stays here. */
  private void requireOwnAudience(TokenCache.Held token) {
    if (!verify || source.needsChallenge()) {
      return;
    }
    List<URI> audiences = token.audiences();
    if (!audiences.isEmpty() && audiences.stream().noneMatch(audience -> Challenge.isOwnOf(audience, vault))) {
      throw new Unauthenticated(new Details(0, "ForeignToken", null,
          "the token of " + source + " is for " + audiences.get(0) + ", not for " + vault + ". It was not sent",
          "get a token for this vault, or check the vault's address", null, null));
    }
  }

  private VaultException refuse(String what, Answer answer) {
    return new Unauthenticated(new Details(answer.status(), "UntrustedChallenge", null,
        vault + " answered with " + what + ". No token was sent",
        "check the vault's address; if it is right, challengeVerification(false) allows audiences outside its domain",
        answer.header("x-ms-request-id"), null));
  }

  private VaultException refused(Answer answer, TokenCache.Held token) {
    Instant expiresAt = token.token().expiresAt();
    String advice = expiresAt.isBefore(Instant.now())
        ? "the token of " + source + " expired at " + expiresAt + ": get a new one"
        : "check that " + source + " belongs to the vault's tenant, and that the token is meant for this vault";
    return Failures.unauthenticated(vault, answer, advice);
  }
}
