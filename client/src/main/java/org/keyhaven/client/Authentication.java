package org.keyhaven.client;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.VaultException.Unauthenticated;
import org.keyhaven.client.http.Answer;

/**
 * What is known of how a vault authenticates, and what may be answered to it: the challenge that it gave, which must be for its
 * own domain, and the tokens got for it. Sends nothing itself. Thread-safe.
 */
final class Authentication {
  private static final Challenge NONE = new Challenge(null, null, null);

  private final URI vault;
  private final TokenSource source;
  private final TokenCache tokens;
  private final boolean verify;
  private volatile Challenge known;
  /** The last one whose audience was looked at and found good: it does not change. */
  private volatile TokenCache.Held own;

  Authentication(URI vault, TokenSource source, boolean verify) {
    this.vault = vault;
    this.source = source;
    this.tokens = new TokenCache(source);
    this.verify = verify;
    this.known = source.needsChallenge() ? null : NONE;
  }

  TokenCache tokens() {
    return tokens;
  }

  /** The challenge to get a token for; null before the vault has given one. */
  Challenge known() {
    return known;
  }

  /**
   * The challenge of a first 401, from now on known.
   *
   * @throws Unauthenticated when it is not one to answer
   */
  Challenge learn(Answer bare) {
    Challenge challenge = challengeOf(bare).orElseThrow(() -> refuse("a challenge without scheme Bearer", bare));
    known = challenge;
    return challenge;
  }

  /** What a token that replaces a refused one must answer. */
  Challenge anew(Answer refusal, Challenge challenge) {
    return source.needsChallenge() ? challengeOf(refusal).orElse(challenge) : challenge;
  }

  /** Tokens for this challenge are accepted; its claims have been answered. */
  void accepted(Challenge challenge) {
    known = new Challenge(challenge.resource(), challenge.tenantId(), null);
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
  void requireOwnAudience(TokenCache.Held token) {
    if (!verify || source.needsChallenge() || token == own) {
      return;
    }
    List<URI> audiences = token.audiences();
    if (!audiences.isEmpty() && !anyIsOwn(audiences)) {
      throw new Unauthenticated(new Details(0, "ForeignToken", null,
          "the token of " + source + " is for " + audiences.get(0) + ", not for " + vault + ". It was not sent",
          "get a token for this vault, or check the vault's address", null, null));
    }
    own = token;
  }

  private boolean anyIsOwn(List<URI> audiences) {
    for (URI audience : audiences) {
      if (Challenge.isOwnOf(audience, vault)) {
        return true;
      }
    }
    return false;
  }

  private VaultException refuse(String what, Answer answer) {
    return new Unauthenticated(new Details(answer.status(), "UntrustedChallenge", null,
        vault + " answered with " + what + ". No token was sent",
        "check the vault's address; if it is right, challengeVerification(false) allows audiences outside its domain",
        answer.header("x-ms-request-id"), null));
  }

  /** The vault wants none of the tokens that there are. */
  VaultException refused(Answer answer, TokenCache.Held token) {
    Instant expiresAt = token.token().expiresAt();
    String advice = expiresAt.isBefore(Instant.now())
        ? "the token of " + source + " expired at " + expiresAt + ": get a new one"
        : "check that " + source + " belongs to the vault's tenant, and that the token is meant for this vault";
    return Failures.unauthenticated(vault, answer, advice);
  }
}
