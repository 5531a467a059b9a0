package org.keyhaven.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.keyhaven.client.http.Answer;

/** Puts the token on: {@link ChallengeLink}'s twin, with the same {@link Authentication}. */
final class AsyncChallengeLink implements AsyncLink {
  private final AsyncLink next;
  private final Authentication authentication;
  private final Executor executor;

  /** @param executor goes on when a token has come */
  AsyncChallengeLink(AsyncLink next, Authentication authentication, Executor executor) {
    this.next = next;
    this.authentication = authentication;
    this.executor = executor;
  }

  @Override
  public CompletableFuture<Answer> send(Call call, Flight flight) {
    Challenge known = authentication.known();
    if (known != null) {
      return authorized(call, known, flight);
    }
    return next.send(call.withoutBody(), flight).thenCompose(bare -> bare.status() != 401
        ? CompletableFuture.completedFuture(bare) : authorized(call, authentication.learn(bare), flight));
  }

  private CompletableFuture<Answer> authorized(Call call, Challenge challenge, Flight flight) {
    return arrived(authentication.tokens().getLater(challenge, call.deadline()), call, flight).thenCompose(token -> {
      authentication.requireOwnAudience(token);
      return next.send(call.authorized(token.header()), flight).thenCompose(answer -> answer.status() != 401
          ? CompletableFuture.completedFuture(answer) : again(call, challenge, token, answer, flight));
    });
  }

  /** Replaces a refused token, once. */
  private CompletableFuture<Answer> again(Call call, Challenge challenge, TokenCache.Held refused, Answer refusal, Flight flight) {
    Challenge anew = authentication.anew(refusal, challenge);
    return arrived(authentication.tokens().replaceLater(refused, anew, call.deadline()), call, flight).thenCompose(other -> {
      if (other.header().equals(refused.header())) {
        throw authentication.refused(refusal, refused);
      }
      authentication.requireOwnAudience(other);
      return next.send(call.authorized(other.header()), flight).thenApply(last -> {
        if (last.status() == 401) {
          throw authentication.refused(last, other);
        }
        authentication.accepted(anew);
        return last;
      });
    });
  }

  /** A token that is waited for is everybody's, so it is not cancelled; and its source's thread does not go on with the call. */
  private CompletableFuture<TokenCache.Held> arrived(CompletableFuture<TokenCache.Held> token, Call call, Flight flight) {
    if (token.isDone()) {
      return token;
    }
    flight.lacks(authentication.tokens().late(call.deadline()));
    return token.whenCompleteAsync((held, failure) -> flight.lacks(null), executor);
  }
}
