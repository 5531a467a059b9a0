package org.keyhaven.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.keyhaven.client.http.Deadline;
import org.keyhaven.client.http.DeadlinePassedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token of one vault. However many calls need one, the source is asked once; it is asked early, in the background, while the
 * old token still serves. The source runs on a thread of its own, so that its slowness cannot outlast a call's deadline.
 */
final class TokenCache {
  private static final Logger LOG = LoggerFactory.getLogger(TokenCache.class);
  private static final Duration BACKGROUND_LIMIT = Duration.ofSeconds(30);
  private static final Duration REFRESH_PAUSE = Duration.ofSeconds(10);

  private final TokenSource source;
  private final Executor threads;
  private volatile Held held;
  private Fetch underway;

  /** A token, what it was got for, and its Authorization header. */
  static final class Held {
    private final Challenge challenge;
    private final AccessToken token;
    private final String header;
    private final List<URI> audiences;
    private volatile Instant refreshAt;

    private Held(Challenge challenge, AccessToken token) {
      this.challenge = challenge;
      this.token = token;
      this.header = "Bearer " + token.value();
      this.audiences = JwtClaims.of(token.value()).audiences();
      this.refreshAt = token.refreshAt();
    }

    AccessToken token() {
      return token;
    }

    String header() {
      return header;
    }

    /** What the token says of whom it is for; empty when it says nothing that names a host. */
    List<URI> audiences() {
      return audiences;
    }

    private boolean serves(Challenge asked, Instant now) {
      // Claims were answered when the token was got; later calls need not name them.
      return now.isBefore(token.expiresAt()) && Objects.equals(challenge.resource(), asked.resource())
          && Objects.equals(challenge.tenantId(), asked.tenantId()) && (asked.claims() == null || asked.equals(challenge));
    }
  }

  private record Fetch(Challenge challenge, CompletableFuture<Held> result) { }

  TokenCache(TokenSource source) {
    this(source, TokenCache::run);
  }

  /** @param threads runs the source; one that cannot fails the calls that need a token */
  TokenCache(TokenSource source, Executor threads) {
    this.source = source;
    this.threads = threads;
  }

  private static void run(Runnable work) {
    Thread thread = new Thread(work, "keyhaven-token");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * A token that answers the challenge, from the cache or the source.
   *
   * @throws NoTokenException when the source cannot be reached; worth another try
   * @throws VaultException.Unauthenticated when the source refuses
   */
  Held get(Challenge challenge, Deadline deadline) throws IOException {
    Held current = current(challenge);
    return current != null ? current : await(fetch(challenge, null, deadline.remaining()), deadline);
  }

  /** {@link #get} without waiting; fails as it does. Completed on the thread that got the token, or at once. */
  CompletableFuture<Held> getLater(Challenge challenge, Deadline deadline) {
    Held current = current(challenge);
    return current != null ? CompletableFuture.completedFuture(current)
        : later(fetch(challenge, null, deadline.remaining()), deadline);
  }

  /** The token that serves, renewed in the background when it is time; null when there is none. */
  private Held current(Challenge challenge) {
    Held current = held;
    Instant now = Instant.now();
    if (current == null || !current.serves(challenge, now)) {
      return null;
    }
    if (!now.isBefore(current.refreshAt)) {
      current.refreshAt = now.plus(REFRESH_PAUSE);
      fetch(challenge, current, BACKGROUND_LIMIT);
    }
    return current;
  }

  /** A token other than one that the vault refused; the same one again when the source has no other. */
  Held replace(Held refused, Challenge challenge, Deadline deadline) throws IOException {
    return await(fetch(challenge, refused, deadline.remaining()), deadline);
  }

  /** {@link #replace} without waiting; fails as it does. Completed on the thread that got the token, or at once. */
  CompletableFuture<Held> replaceLater(Held refused, Challenge challenge, Deadline deadline) {
    return later(fetch(challenge, refused, deadline.remaining()), deadline);
  }

  /** @param old not good enough any more, though it may look so; null for none */
  private synchronized CompletableFuture<Held> fetch(Challenge challenge, Held old, Duration limit) {
    if (underway != null && underway.challenge().equals(challenge)) {
      return underway.result();
    }
    Held current = held;
    if (current != null && current != old && current.serves(challenge, Instant.now())) {
      return CompletableFuture.completedFuture(current);
    }
    Fetch fetch = new Fetch(challenge, new CompletableFuture<>());
    underway = fetch;
    try {
      threads.execute(() -> run(fetch, limit));
    } catch (RuntimeException | Error e) {
      // No thread is to be had now: those who come later must not wait for this one.
      settle(fetch, null);
      fetch.result().completeExceptionally(e);
    }
    return fetch.result();
  }

  private void run(Fetch fetch, Duration limit) {
    Challenge challenge = fetch.challenge();
    try {
      AccessToken token = source.token(new TokenRequest(challenge.resource(), challenge.tenantId(), challenge.claims(), limit));
      Held fresh = new Held(challenge, token);
      settle(fetch, fresh);
      fetch.result().complete(fresh);
      LOG.debug("New token from {}, expires {}", source, token.expiresAt());
    } catch (IOException | RuntimeException | Error e) {
      settle(fetch, null);
      fetch.result().completeExceptionally(e);
      LOG.debug("No token from {}", source, e);
    }
  }

  private synchronized void settle(Fetch fetch, Held fresh) {
    if (fresh != null) {
      held = fresh;
    }
    if (underway == fetch) {
      underway = null;
    }
  }

  private Held await(CompletableFuture<Held> result, Deadline deadline) throws IOException {
    try {
      return result.get(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new DeadlinePassedException(deadline, late(deadline));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a token");
    } catch (ExecutionException e) {
      throw failure(e.getCause(), deadline);
    }
  }

  private CompletableFuture<Held> later(CompletableFuture<Held> result, Deadline deadline) {
    return result.exceptionallyCompose(cause -> {
      try {
        return CompletableFuture.failedFuture(failure(cause, deadline));
      } catch (RuntimeException | Error e) {
        return CompletableFuture.failedFuture(e);
      }
    });
  }

  /** What a deadline passed for want of, that passed in waiting for a token. */
  NoTokenException late(Deadline deadline) {
    return new NoTokenException("no token from " + source + " within " + deadline.limit().toMillis() + " ms", null);
  }

  private IOException failure(Throwable cause, Deadline deadline) {
    if (cause instanceof VaultException refused) {
      throw refused;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    String message = "no token from " + source + ": " + Failures.reason(cause);
    if (cause instanceof IOException && deadline.passed()) {
      // The source was given no more time than the call has: it hears of the end at the same moment.
      return new DeadlinePassedException(deadline, new NoTokenException(message, cause));
    }
    if (cause instanceof IOException) {
      return new NoTokenException(message, cause);
    }
    throw VaultException.Unauthenticated.because(message, "check the credentials", cause);
  }
}
