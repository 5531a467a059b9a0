package org.keyhaven.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.keyhaven.client.http.Deadline;
import org.keyhaven.client.http.DeadlinePassedException;

@Timeout(30)
class TokenCacheTest {
  private static final Challenge CHALLENGE = new Challenge("https://vault.azure.net", "tenant", null);

  private static AccessToken token() {
    return AccessToken.of("the-token", Instant.now().plusSeconds(3600));
  }

  @Test
  void aSourceThatRunsOutOfTimeWithTheCallEndsItAsTheDeadlineDoes() {
    Deadline deadline = Deadline.after(Duration.ofMillis(50));
    TokenCache cache = new TokenCache(request -> {
      while (!deadline.passed()) {
        Thread.onSpinWait();
      }
      throw new IOException("no answer of the authority");
    });
    CompletableFuture<TokenCache.Held> token = cache.getLater(CHALLENGE, deadline);
    assertThatThrownBy(token::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(DeadlinePassedException.class)
        .rootCause().hasMessage("no answer of the authority");
  }

  @Test
  void aSourceThatFailsInTimeIsWorthAnotherTry() {
    TokenCache cache = new TokenCache(request -> {
      throw new IOException("connection reset");
    });
    assertThatThrownBy(() -> cache.get(CHALLENGE, Deadline.after(Duration.ofSeconds(20)))).isInstanceOf(NoTokenException.class)
        .hasMessageContaining("connection reset");
  }

  @Test
  void thatThereWasNoThreadForTheSourceOnceIsForgotten() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    TokenCache cache = new TokenCache(request -> token(), work -> {
      if (asked.incrementAndGet() == 1) {
        throw new OutOfMemoryError("unable to create native thread");
      }
      work.run();
    });
    Deadline deadline = Deadline.after(Duration.ofSeconds(20));
    assertThatThrownBy(() -> cache.get(CHALLENGE, deadline)).isInstanceOf(OutOfMemoryError.class);
    assertThat(cache.get(CHALLENGE, deadline).header()).isEqualTo("Bearer the-token");
  }
}
