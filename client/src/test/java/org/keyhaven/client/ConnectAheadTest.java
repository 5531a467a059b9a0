package org.keyhaven.client;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** A client that connects before it is asked anything. */
@Timeout(60)
class ConnectAheadTest {
  private static Path directory;
  private static FaultyVault vault;

  @BeforeAll
  static void start(@TempDir Path temporary) throws IOException, InterruptedException {
    directory = temporary;
    vault = new FaultyVault(directory);
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  private static KeyhavenClient.Builder client(URI uri) {
    return vault.client().vault(uri).retry(RetrySettings.NONE).connectAhead();
  }

  private static byte[] sign(KeyhavenClient client) {
    return client.cryptography(ObjectId.parse(client.vault() + FaultyVault.KID_PATH)).sign(SignatureAlgorithm.ES256, new byte[32]);
  }

  private static RawVault.Behaviour answering(RawVault[] server) {
    return (raw, plain) -> RawVault.answering("HTTP/1.1 200 OK\r\nContent-Type: application/json",
        "{\"kid\":\"" + server[0].uri() + FaultyVault.KID_PATH + "\",\"value\":\"AQID\"}").serve(raw, plain);
  }

  @Test
  void theFirstCallUsesTheConnectionThatIsThereBeforeIt() throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    RawVault[] server = new RawVault[1];
    RawVault.Behaviour answers = answering(server);
    try (RawVault raw = new RawVault(directory, (it, plain) -> {
      connected.countDown();
      answers.serve(it, plain);
    })) {
      server[0] = raw;
      try (KeyhavenClient client = client(raw.uri()).build()) {
        assertThat(connected.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(raw.requests).hasValue(0);
        assertThat(sign(client)).containsExactly(1, 2, 3);
        assertThat(raw.connections).hasValue(1);
        assertThat(sign(client)).containsExactly(1, 2, 3);
        assertThat(raw.connections).hasValue(2);
      }
    }
  }

  @Test
  void anAddressOfVersion6IsConnectedToAheadToo() throws Exception {
    URI[] six = new URI[1];
    try (RawVault raw = new RawVault(directory, InetAddress.getByName("::1"), (it, plain) ->
        RawVault.answering("HTTP/1.1 200 OK\r\nContent-Type: application/json",
            "{\"kid\":\"" + six[0] + FaultyVault.KID_PATH + "\",\"value\":\"AQID\"}").serve(it, plain))) {
      six[0] = URI.create("https://[::1]:" + raw.uri().getPort());
      try (KeyhavenClient client = client(six[0]).build()) {
        assertThat(sign(client)).containsExactly(1, 2, 3);
        assertThat(raw.connections).hasValue(1);
      }
    }
  }

  @Test
  void aConnectionAheadThatFailedIsNobodysFailure() throws Exception {
    RawVault[] server = new RawVault[1];
    RawVault.Behaviour answers = answering(server);
    try (RawVault raw = new RawVault(directory, (it, plain) -> {
      if (it.connections.get() == 1) {
        RawVault.resettingAtOnce().serve(it, plain);
      } else {
        answers.serve(it, plain);
      }
    })) {
      server[0] = raw;
      try (KeyhavenClient client = client(raw.uri()).build()) {
        assertThat(sign(client)).containsExactly(1, 2, 3);
        assertThat(raw.connections).hasValue(2);
      }
    }
  }

  @Test
  void aProxyOfTheClientsIsNotPassedBy() throws Exception {
    RawVault[] server = new RawVault[1];
    try (RawVault raw = new RawVault(directory, (it, plain) -> answering(server).serve(it, plain)); TestProxy proxy = TestProxy.open()) {
      server[0] = raw;
      try (KeyhavenClient client = client(raw.uri()).proxy(proxy.uri()).build()) {
        assertThat(sign(client)).containsExactly(1, 2, 3);
      }
      assertThat(proxy.requests).hasSize(1);
      assertThat(raw.connections).hasValue(1);
    }
  }

  @Test
  void aConnectionThatNobodyUsesIsClosedAfterAWhile() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (RawVault raw = new RawVault(directory, (it, plain) -> {
      try {
        RawVault.answering("HTTP/1.1 200 OK", "").serve(it, plain);
      } finally {
        ended.countDown();
      }
    }); KeyhavenClient client = client(raw.uri()).build()) {
      assertThat(ended.await(30, TimeUnit.SECONDS)).as("%s is closed", client.vault()).isTrue();
      assertThat(raw.requests).hasValue(0);
      assertThat(raw.connections).hasValue(1);
    }
  }

  @Test
  void closingTheClientClosesAConnectionThatNobodyUsed() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    CountDownLatch connected = new CountDownLatch(1);
    try (RawVault raw = new RawVault(directory, (it, plain) -> {
      connected.countDown();
      try {
        RawVault.answering("HTTP/1.1 200 OK", "").serve(it, plain);
      } finally {
        ended.countDown();
      }
    })) {
      KeyhavenClient client = client(raw.uri()).build();
      assertThat(connected.await(30, TimeUnit.SECONDS)).isTrue();
      client.close();
      assertThat(ended.await(4, TimeUnit.SECONDS)).isTrue();
      assertThat(raw.requests).hasValue(0);
    }
  }

  @Test
  void closingTheClientEndsACallThatWaitsForTheConnection() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      KeyhavenClient client = client(URI.create("https://localhost:" + silent.getLocalPort())).connectTimeout(Duration.ofMinutes(5))
          .deadline(Duration.ofMinutes(5)).build();
      CompletableFuture<Throwable> failure = new CompletableFuture<>();
      Thread caller = new Thread(() -> failure.complete(catchThrowable(() -> sign(client))));
      caller.start();
      while (caller.isAlive() && caller.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      client.close();
      assertThat(failure.get(30, TimeUnit.SECONDS)).isInstanceOf(VaultException.Unavailable.class);
    }
  }

  @Test
  void itsServerMustHaveTheNameThatWasAskedFor() {
    try (KeyhavenClient client = client(URI.create("https://127.0.0.2:" + vault.server.httpsPort())).build()) {
      assertThatThrownBy(() -> sign(client)).isInstanceOf(VaultException.Unavailable.class).hasMessageContaining("127.0.0.2");
    }
    assertThat(vault.server.findAll(anyRequestedFor(anyUrl()))).isEmpty();
  }

  @Test
  void anUnusableCaFileIsToldAtOnceAllTheSame() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    KeyhavenClient.Builder builder = client(vault.uri()).caFile(empty);
    assertThatThrownBy(builder::build).isInstanceOf(VaultException.Unavailable.class).hasMessageContaining("empty.pem");
  }
}
