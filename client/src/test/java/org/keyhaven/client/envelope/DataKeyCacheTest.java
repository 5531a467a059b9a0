package org.keyhaven.client.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.keyhaven.client.wire.ObjectId;

class DataKeyCacheTest {
  private static final int THREADS = 64;

  private final FakeVault vault = new FakeVault();
  private final AtomicLong nanos = new AtomicLong();

  private EnvelopeEncryption.Builder builder() {
    return vault.builder().frameBytes(4096).nanoClock(nanos::get);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void aDataKeyServesItsNumberOfMessages() {
    EnvelopeEncryption envelope = builder().dataKeyMessages(3).build();
    for (int i = 0; i < 7; i++) {
      envelope.encrypt(new byte[1]);
    }
    assertThat(vault.wraps()).isEqualTo(3);
  }

  @Test
  void aMessageCanHaveADataKeyOfItsOwn() throws IOException {
    EnvelopeEncryption envelope = builder().dataKeyMessages(1).build();
    byte[] first = envelope.encrypt(new byte[1]);
    byte[] second = envelope.encrypt(new byte[1]);
    assertThat(vault.wraps()).isEqualTo(2);
    assertThat(envelope.decrypt(first)).isEqualTo(envelope.decrypt(second));
  }

  @Test
  void aDataKeyServesItsNumberOfBytes() {
    EnvelopeEncryption envelope = builder().dataKeyBytes(1000).build();
    envelope.encrypt(new byte[400]);
    envelope.encrypt(new byte[600]);
    assertThat(vault.wraps()).isEqualTo(1);
    envelope.encrypt(new byte[1]);
    assertThat(vault.wraps()).as("used up").isEqualTo(2);
    envelope.encrypt(new byte[1000]);
    assertThat(vault.wraps()).as("would not suffice").isEqualTo(3);
    envelope.encrypt(new byte[5000]);
    assertThat(vault.wraps()).as("longer than any may serve").isEqualTo(4);
    envelope.encrypt(new byte[1]);
    assertThat(vault.wraps()).as("and is used up by it").isEqualTo(5);
  }

  @Test
  void bytesOfAStreamAreCountedAsTheyCome() throws IOException {
    EnvelopeEncryption envelope = builder().dataKeyBytes(5000).build();
    try (OutputStream out = envelope.encrypting(OutputStream.nullOutputStream())) {
      out.write(new byte[4096]);
      envelope.encrypt(new byte[1]);
      assertThat(vault.wraps()).isEqualTo(1);
      out.write(new byte[4096]);
    }
    envelope.encrypt(new byte[1]);
    assertThat(vault.wraps()).isEqualTo(2);
  }

  @Test
  void aDataKeyGrowsTooOld() {
    EnvelopeEncryption envelope = builder().dataKeyAge(Duration.ofMinutes(1)).build();
    envelope.encrypt(new byte[1]);
    pass(Duration.ofMinutes(1));
    envelope.encrypt(new byte[1]);
    assertThat(vault.wraps()).isEqualTo(1);
    pass(Duration.ofNanos(1));
    envelope.encrypt(new byte[1]);
    assertThat(vault.wraps()).isEqualTo(2);
  }

  @Test
  void anUnwrappedKeyServesUntilItIsTooOld() throws IOException {
    EnvelopeEncryption envelope = builder().unwrappedKeyAge(Duration.ofMinutes(1)).build();
    byte[] message = envelope.encrypt(new byte[1]);
    envelope.decrypt(message);
    pass(Duration.ofMinutes(1));
    envelope.decrypt(message);
    assertThat(vault.unwraps()).isEqualTo(1);
    pass(Duration.ofNanos(1));
    envelope.decrypt(message);
    assertThat(vault.unwraps()).isEqualTo(2);
  }

  @Test
  void theLeastRecentlyUsedUnwrappedKeyGoes() throws IOException {
    EnvelopeEncryption envelope = builder().dataKeyMessages(1).unwrappedKeys(2).build();
    byte[][] messages = {envelope.encrypt(new byte[1]), envelope.encrypt(new byte[1]), envelope.encrypt(new byte[1])};
    for (int i : new int[] {0, 1, 0, 2}) {
      envelope.decrypt(messages[i]);
    }
    assertThat(vault.unwraps()).isEqualTo(3);
    envelope.decrypt(messages[0]);
    assertThat(vault.unwraps()).isEqualTo(3);
    envelope.decrypt(messages[1]);
    assertThat(vault.unwraps()).isEqualTo(4);
  }

  @Test
  void noUnwrappedKeyIsKeptWhenNoneShallBe() throws IOException {
    EnvelopeEncryption envelope = builder().unwrappedKeys(0).build();
    byte[] message = envelope.encrypt(new byte[1]);
    envelope.decrypt(message);
    envelope.decrypt(message);
    assertThat(vault.unwraps()).isEqualTo(2);
  }

  @Test
  void keysThatTheVaultRefusesPushNothingOut() throws IOException {
    EnvelopeEncryption envelope = builder().unwrappedKeys(1).build();
    byte[] message = envelope.encrypt(new byte[1]);
    envelope.decrypt(message);
    byte[] refused = message.clone();
    refused[message.length - 17 - 32 - 1] ^= 1;
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> envelope.decrypt(refused)).isInstanceOf(EnvelopeException.class)
          .hasMessageContaining("the vault refuses");
    }
    assertThat(vault.unwraps()).isEqualTo(4);
    envelope.decrypt(message);
    assertThat(vault.unwraps()).isEqualTo(4);
  }

  @Test
  void aFailureOfTheVaultIsNotKept() {
    EnvelopeEncryption envelope = builder().build();
    vault.onCall(() -> {
      throw new IllegalStateException("down");
    });
    assertThatThrownBy(() -> envelope.encrypt(new byte[1])).isInstanceOf(IllegalStateException.class).hasMessage("down");
    vault.onCall(() -> { });
    envelope.encrypt(new byte[1]);
    assertThat(vault.wraps()).isEqualTo(2);
  }

  @Test
  void dataKeysThatGoAreWiped() {
    List<DataKey> made = new ArrayList<>();
    EncryptionKeys keys = new EncryptionKeys(() -> {
      made.add(key(made.size() + 1));
      return made.get(made.size() - 1);
    }, new EncryptionKeys.Limits(2, 1000, Duration.ofMinutes(1)), nanos::get);
    keys.take(1);
    byte[] begun = keys.take(1).secret();
    keys.take(1);
    assertThat(made.get(0).copy()).as("served its messages").isNull();
    assertThat(begun).as("of a message that has begun").containsOnly(1);
    keys.take(1000);
    assertThat(made.get(1).copy()).as("served its bytes").isNull();
    pass(Duration.ofMinutes(2));
    keys.take(1);
    assertThat(made.get(2).copy()).as("too old").isNull();
    assertThat(made.get(3).copy()).containsOnly(4);
    keys.close();
    assertThat(made.get(3).copy()).as("closed").isNull();
  }

  @Test
  void aDataKeyThatTheVaultDoesNotWrapIsWiped() {
    List<byte[]> made = new ArrayList<>();
    EnvelopeEncryption envelope = builder().random(bytes -> {
      Arrays.fill(bytes, (byte) 7);
      made.add(bytes);
    }).build();
    vault.onCall(() -> {
      throw new IllegalStateException("the vault is away");
    });
    assertThatThrownBy(() -> envelope.encrypt(new byte[1])).hasMessage("the vault is away");
    assertThat(made).hasSize(1).first().isEqualTo(new byte[DataKey.BYTES]);
  }

  @Test
  void unwrappedKeysThatGoAreWiped() {
    List<byte[]> made = new ArrayList<>();
    DecryptionKeys keys = new DecryptionKeys(wrapped -> {
      byte[] secret = new byte[DataKey.BYTES];
      Arrays.fill(secret, wrapped.value()[0]);
      made.add(secret);
      return secret;
    }, 2, Duration.ofMinutes(1), nanos::get);
    for (int i = 1; i <= 3; i++) {
      assertThat(keys.secretOf(key(i).wrapped())).containsOnly(i);
    }
    assertThat(made.get(0)).as("pushed out").containsOnly(0);
    assertThat(made.get(1)).containsOnly(2);
    pass(Duration.ofMinutes(2));
    keys.secretOf(key(4).wrapped());
    assertThat(made.get(1)).as("too old").containsOnly(0);
    assertThat(made.get(2)).as("too old").containsOnly(0);
    keys.close();
    assertThat(made.get(3)).as("closed").containsOnly(0);
  }

  private static DataKey key(int number) {
    byte[] bytes = new byte[DataKey.BYTES];
    Arrays.fill(bytes, (byte) number);
    ObjectId kid = FakeVault.KEY.withVersion("0123456789abcdef0123456789abcdef");
    return new DataKey(new WrappedKey(kid, Wrapping.A256KW, bytes), bytes);
  }

  @Test
  @Timeout(60)
  void manyThreadsCauseOneWrapAndOneUnwrap() throws Exception {
    EnvelopeEncryption envelope = builder().build();
    CountDownLatch begun = new CountDownLatch(THREADS);
    vault.onCall(() -> await(begun));
    List<byte[]> messages = inAllThreads(() -> {
      begun.countDown();
      return envelope.encrypt(new byte[] {42});
    });
    assertThat(vault.wraps()).isEqualTo(1);

    CountDownLatch again = new CountDownLatch(THREADS);
    vault.onCall(() -> await(again));
    AtomicInteger number = new AtomicInteger();
    List<byte[]> plaintexts = inAllThreads(() -> {
      byte[] message = messages.get(number.getAndIncrement());
      again.countDown();
      return envelope.decrypt(message);
    });
    assertThat(plaintexts).allSatisfy(plaintext -> assertThat(plaintext).containsExactly(42));
    assertThat(vault.unwraps()).isEqualTo(1);
  }

  @Test
  @Timeout(60)
  void underLoadNoBoundIsPassedAndNothingIsLost() throws Exception {
    int rounds = 20;
    EnvelopeEncryption envelope = builder().dataKeyMessages(7).unwrappedKeys(3).build();
    CyclicBarrier start = new CyclicBarrier(THREADS);
    inAllThreads(() -> {
      start.await();
      for (int i = 0; i < rounds; i++) {
        byte[] plaintext = {(byte) i};
        assertThat(envelope.decrypt(envelope.encrypt(plaintext))).isEqualTo(plaintext);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (OutputStream out = envelope.encrypting(message)) {
          out.write(new byte[5000]);
        }
        assertThat(envelope.decrypting(new ByteArrayInputStream(message.toByteArray())).readAllBytes()).hasSize(5000);
      }
      return null;
    });
    int messages = THREADS * rounds * 2;
    assertThat(vault.wraps()).isEqualTo((messages + 6) / 7);
  }

  private static <T> List<T> inAllThreads(Callable<T> task) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        futures.add(threads.submit(task));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
