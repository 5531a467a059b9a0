package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.Keys.KeyBundle;

/** A vault that takes its time, which the test server does not. */
@Timeout(60)
class PollerTest {
  private static final String DELETED = "/deletedkeys/web";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static FaultyVault vault;
  private static KeyhavenClient client;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException, InterruptedException {
    vault = new FaultyVault(directory);
    client = vault.client().build();
  }

  @AfterAll
  static void stop() {
    client.close();
    vault.close();
  }

  @AfterEach
  void reset() {
    vault.server.resetAll();
  }

  private static String bundle(String more) {
    return "{\"key\":{\"kid\":\"" + vault.kid() + "\",\"kty\":\"EC\"}" + more + "}";
  }

  private static String deleted() {
    return bundle(",\"recoveryId\":\"" + vault.uri() + DELETED + "\",\"scheduledPurgeDate\":1700000000");
  }

  private static void deletionIsAccepted() {
    vault.server.stubFor(delete(urlPathEqualTo("/keys/web")).willReturn(FaultyVault.json(200, deleted())));
  }

  private static void foundAtTheThirdLook(String path, String answer) {
    String state = Scenario.STARTED;
    for (String next : new String[] {"once", "twice"}) {
      vault.server.stubFor(get(urlPathEqualTo(path)).inScenario("slow").whenScenarioStateIs(state)
          .willReturn(FaultyVault.error(404, "KeyNotFound", "not yet")).willSetStateTo(next));
      state = next;
    }
    vault.server.stubFor(get(urlPathEqualTo(path)).inScenario("slow").whenScenarioStateIs(state)
        .willReturn(FaultyVault.json(200, answer)));
  }

  private static int looks(String path) {
    return vault.server.findAll(getRequestedFor(urlPathEqualTo(path))).size();
  }

  @Test
  void aDeletionIsAwaitedUntilTheDeletedKeyIsFound() {
    deletionIsAccepted();
    foundAtTheThirdLook(DELETED, deleted());
    Poller<KeyBundle> poller = client.keys().beginDelete("web");
    assertThat(poller.latest().recoveryId()).endsWith(DELETED);
    assertThat(looks(DELETED)).isZero();
    assertThat(poller.await(PATIENCE).scheduledPurgeDate()).isNotNull();
    assertThat(looks(DELETED)).isEqualTo(3);
    assertThat(poller.poll()).as("what is known is not asked again").isTrue();
    assertThat(looks(DELETED)).isEqualTo(3);
  }

  @Test
  void aRecoveryIsAwaitedUntilTheKeyIsBack() {
    vault.server.stubFor(post(urlPathEqualTo(DELETED + "/recover")).willReturn(FaultyVault.json(200, bundle(""))));
    foundAtTheThirdLook("/keys/web", bundle(",\"tags\":{\"is\":\"back\"}"));
    Poller<KeyBundle> poller = client.keys().beginRecover("web");
    assertThat(poller.latest().tags()).isNull();
    assertThat(poller.poll()).isFalse();
    assertThat(poller.poll()).isFalse();
    assertThat(poller.poll()).isTrue();
    assertThat(poller.latest().tags()).containsEntry("is", "back");
  }

  @Test
  void theWaitIsBounded() {
    deletionIsAccepted();
    vault.server.stubFor(get(urlPathEqualTo(DELETED)).willReturn(FaultyVault.error(404, "KeyNotFound", "not yet")));
    Poller<KeyBundle> poller = client.keys().beginDelete("web");
    long start = System.nanoTime();
    assertThatThrownBy(() -> poller.await(Duration.ofSeconds(2))).isInstanceOf(VaultException.Timeout.class)
        .hasMessageContaining("deleting the key web").hasMessageContaining("2000 ms");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(looks(DELETED)).isGreaterThan(1);
    vault.server.stubFor(get(urlPathEqualTo(DELETED)).willReturn(FaultyVault.json(200, deleted())));
    assertThat(poller.await(PATIENCE)).as("it can be awaited again").isNotNull();
  }

  @Test
  void aVaultThatDoesNotAnswerIsNotWaitedForBeyondTheLimit() {
    deletionIsAccepted();
    vault.server.stubFor(get(urlPathEqualTo(DELETED)).willReturn(FaultyVault.json(200, deleted()).withFixedDelay(15_000)));
    Poller<KeyBundle> poller = client.keys().beginDelete("web");
    long start = System.nanoTime();
    assertThatThrownBy(() -> poller.await(Duration.ofMillis(500))).isInstanceOf(VaultException.Timeout.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void whatTheVaultDoesNotSayIsNotTakenForAnAnswer() {
    deletionIsAccepted();
    vault.server.stubFor(get(urlPathEqualTo(DELETED)).willReturn(FaultyVault.error(403, "Forbidden", "no")));
    Poller<KeyBundle> poller = client.keys().beginDelete("web");
    assertThatThrownBy(() -> poller.await(PATIENCE)).isInstanceOf(VaultException.Forbidden.class)
        .hasMessageContaining("keys/get");
  }

  @Test
  void whereNothingCanBeRecoveredTheDeletionIsOverAtOnce() {
    vault.server.stubFor(delete(urlPathEqualTo("/keys/web")).willReturn(FaultyVault.json(200, bundle(""))));
    Poller<KeyBundle> poller = client.keys().beginDelete("web");
    assertThat(poller.poll()).isTrue();
    assertThat(poller.await(Duration.ZERO)).isSameAs(poller.latest());
    assertThat(looks(DELETED)).isZero();
  }

  @Test
  void anInterruptedWaitEndsAtOnceAndStaysInterrupted() {
    deletionIsAccepted();
    vault.server.stubFor(get(urlPathEqualTo(DELETED)).willReturn(FaultyVault.error(404, "KeyNotFound", "not yet")));
    Poller<KeyBundle> poller = client.keys().beginDelete("web");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> poller.await(PATIENCE)).isInstanceOf(VaultException.Interrupted.class);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      // JUnit's own thread goes on.
      Thread.interrupted();
    }
  }
}
