package org.keyhaven.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.net.URI;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.keyhaven.client.KeyhavenClient;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.ObjectId;

class SessionsTest {
  private static final URI NOBODY = URI.create("https://localhost:1");

  private final Sessions sessions = new Sessions();

  @Test
  void equalConnectionsShareASession() {
    assertThat(sessions.get(token(0))).isSameAs(sessions.get(token(0))).isNotSameAs(sessions.get(token(1)));
  }

  @Test
  void aSessionThatFallsOutIsClosedOnceNobodyUsesIt() throws Exception {
    KeyhavenClient client = sessions.get(token(0)).client();
    fill();
    collectUntil(() -> isClosed(client));
  }

  @Test
  void aKeyKeepsItsSessionOpen() throws Exception {
    KeyhavenClient client = sessions.get(token(0)).client();
    PrivateKey key = sessions.get(token(0)).privateKey(new ObjectId(NOBODY, "keys", "test", LocalKeys.ID.version()),
        LocalKeys.rsa().publicKey());
    fill();
    WeakReference<Object> garbage = new WeakReference<>(new Object());
    collectUntil(() -> garbage.get() == null);
    assertThat(isClosed(client)).isFalse();
    assertThat(key).isNotNull();
  }

  private void fill() {
    for (int i = 1; i <= Sessions.MOST; i++) {
      sessions.get(token(i));
    }
  }

  private static void collectUntil(BooleanSupplier condition) {
    Instant limit = Instant.now().plusSeconds(20);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(limit);
      System.gc();
    }
  }

  private static boolean isClosed(KeyhavenClient client) {
    try {
      client.keys().get("any");
    } catch (VaultException e) {
      return e.code().equals("Closed");
    }
    throw new AssertionError("somebody answers on port 1");
  }

  private static Settings.Connection token(int number) {
    return new Settings.Connection(NOBODY, null, null, new Credentials.Token("token" + number), Duration.ofMillis(200),
        Duration.ofSeconds(60), AliasFilter.NONE, true);
  }
}
