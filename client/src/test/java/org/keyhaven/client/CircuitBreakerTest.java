package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.CircuitBreaker.Sign;

@Timeout(60)
class CircuitBreakerTest {
  private static final CircuitBreakerSettings THREE = new CircuitBreakerSettings(3, Duration.ofSeconds(10));

  private final AtomicLong clock = new AtomicLong();
  private final CircuitBreaker breaker = new CircuitBreaker(URI.create("https://v.example"), THREE, clock::get);

  private void call(Sign sign) {
    breaker.ended(breaker.admit(), sign);
  }

  private void down(int times) {
    for (int i = 0; i < times; i++) {
      call(Sign.DOWN);
    }
  }

  private void elapse(int seconds) {
    clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private void assertOpen() {
    assertThatThrownBy(breaker::admit).isInstanceOf(VaultException.Unavailable.class).hasMessageContaining("left alone");
  }

  @Test
  void opensAfterFailuresInARowOnly() {
    down(2);
    call(Sign.WELL);
    down(2);
    call(Sign.NONE);
    down(1);
    assertOpen();
  }

  @Test
  void letsOneProbeThroughAfterThePauseAndClosesWhenItIsAnswered() {
    down(3);
    elapse(9);
    assertOpen();
    elapse(1);
    long probe = breaker.admit();
    assertOpen();
    breaker.ended(probe, Sign.WELL);
    call(Sign.DOWN);
    call(Sign.WELL);
  }

  @Test
  void pausesAgainWhenTheProbeFails() {
    down(3);
    elapse(10);
    down(1);
    assertOpen();
    elapse(10);
    call(Sign.WELL);
    call(Sign.WELL);
  }

  @Test
  void aProbeThatSaysNothingLeavesItsPlaceToTheNext() {
    down(3);
    elapse(10);
    call(Sign.NONE);
    call(Sign.WELL);
    call(Sign.WELL);
  }

  @Test
  void callsFromBeforeThePauseDecideNothing() {
    long early = breaker.admit();
    long late = breaker.admit();
    down(3);
    breaker.ended(early, Sign.WELL);
    assertOpen();
    elapse(10);
    long probe = breaker.admit();
    breaker.ended(late, Sign.WELL);
    assertOpen();
    breaker.ended(probe, Sign.WELL);
    call(Sign.WELL);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAuthorityThatDoesNotAnswerSaysNothingOfTheVault(boolean async) {
    CountDownLatch never = new CountDownLatch(1);
    TokenSource hanging = new TokenSource() {
      @Override
      public AccessToken token(TokenRequest request) {
        try {
          never.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        return null;
      }

      @Override
      public boolean needsChallenge() {
        return false;
      }

      @Override
      public String toString() {
        return "an authority far away";
      }
    };
    try (KeyhavenClient client = KeyhavenClient.builder().vault(URI.create("https://vault.example")).tokenSource(hanging)
        .deadline(Duration.ofMillis(200)).circuitBreaker(new CircuitBreakerSettings(1, Duration.ofMinutes(5))).build()) {
      for (int i = 0; i < 2; i++) {
        assertThat(failureToGet(client, async)).isInstanceOfSatisfying(VaultException.Timeout.class,
            failure -> assertThat(failure.code()).isEqualTo("NoToken")).hasMessageContaining("an authority far away within 200 ms");
      }
    } finally {
      never.countDown();
    }
  }

  private static VaultException failureToGet(KeyhavenClient client, boolean async) {
    return async
        ? (VaultException) catchThrowableOfType(CompletionException.class, () -> client.async().keys().get("web").join()).getCause()
        : catchThrowableOfType(VaultException.class, () -> client.keys().get("web"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aVaultThatIsDownIsLeftAloneAndOthersAreNot(boolean async, @TempDir Path directory) throws IOException, InterruptedException {
    try (FaultyVault vault = new FaultyVault(directory);
        KeyhavenClient client = vault.client().retry(RetrySettings.NONE)
            .circuitBreaker(new CircuitBreakerSettings(3, Duration.ofMinutes(5))).build()) {
      vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(404, "KeyNotFound", "none")));
      for (int i = 0; i < 5; i++) {
        assertThat(failureToGet(client, async)).isInstanceOf(VaultException.NotFound.class);
      }
      vault.server.resetAll();
      vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(503, "Down", "down")));
      for (int i = 0; i < 3; i++) {
        assertThat(failureToGet(client, async)).hasMessageContaining("Down");
      }
      // Whoever asks: those that wait and futures share what is known of the vault.
      for (boolean other : List.of(async, !async)) {
        VaultException thrown = failureToGet(client, other);
        assertThat(thrown).isInstanceOf(VaultException.Unavailable.class);
        assertThat(thrown.code()).isEqualTo("CircuitOpen");
        assertThat(thrown.advice()).contains("try again in");
      }
      assertThat(vault.server.findAll(anyRequestedFor(anyUrl()))).hasSize(3);
    }
  }

  @Test
  void aFutureThatIsCancelledSaysNothingOfTheVaultAndEndsOnceForItsListeners(@TempDir Path directory) throws Exception {
    List<CallListener.End> ends = new CopyOnWriteArrayList<>();
    try (FaultyVault vault = new FaultyVault(directory);
        KeyhavenClient client = vault.client().circuitBreaker(new CircuitBreakerSettings(1, Duration.ofMinutes(5)))
            .listener(start -> ends::add).build()) {
      vault.server.stubFor(any(anyUrl()).willReturn(vault.signature().withFixedDelay(30_000)));
      client.async().keys().get("web").cancel(true);
      assertThat(ends).extracting(CallListener.End::code).containsExactly("Cancelled");
      vault.server.resetAll();
      vault.server.stubFor(any(anyUrl()).willReturn(FaultyVault.error(404, "KeyNotFound", "none")));
      assertThat(failureToGet(client, true)).isInstanceOf(VaultException.NotFound.class);
      assertThat(ends).extracting(CallListener.End::code).containsExactly("Cancelled", "KeyNotFound");
    }
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new CircuitBreakerSettings(0, Duration.ofSeconds(1))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CircuitBreakerSettings(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
  }
}
