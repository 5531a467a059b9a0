package org.keyhaven.client.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.ObjectId;

class EnvelopeEncryptionTest {
  private static final int FRAME = 4096;
  private static final byte[] CONTEXT = "invoice 17".getBytes(StandardCharsets.US_ASCII);

  private final FakeVault vault = new FakeVault();
  private final EnvelopeEncryption envelope = vault.envelope();

  static Stream<Integer> sizesAroundFrameBorders() {
    return Stream.concat(Stream.of(0, 1), IntStream.of(1, 2, 5).boxed()
        .flatMap(frames -> Stream.of(frames * FRAME - 1, frames * FRAME, frames * FRAME + 1)));
  }

  private static byte[] plaintext(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private byte[] streamed(byte[] plaintext) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try (EnvelopeOutputStream out = envelope.encrypting(message, CONTEXT)) {
      out.write(plaintext);
    }
    return message.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("sizesAroundFrameBorders")
  void whatWasEncryptedIsDecryptedArrayOrStream(int size) throws IOException {
    byte[] plaintext = plaintext(size);
    for (byte[] message : List.of(envelope.encrypt(plaintext, CONTEXT), streamed(plaintext))) {
      int frames = Math.max(1, (size + FRAME - 1) / FRAME);
      assertThat(message).hasSize(headerBytes() + 32 + size + 16 * frames);
      assertThat(envelope.decrypt(message, CONTEXT)).isEqualTo(plaintext);
      try (InputStream in = envelope.decrypting(new ByteArrayInputStream(message), CONTEXT)) {
        assertThat(in.readAllBytes()).isEqualTo(plaintext);
        assertThat(in.read()).isEqualTo(-1);
      }
    }
  }

  private static int headerBytes() {
    return 45 + (FakeVault.KEY + "/0123456789abcdef0123456789abcdef").length() + 2 + 40;
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 5000, 1 << 20})
  void anyFrameLengthInRangeServes(int frameBytes) throws EnvelopeException {
    byte[] plaintext = plaintext(2 * frameBytes + 1);
    byte[] message = vault.builder().frameBytes(frameBytes).build().encrypt(plaintext);
    assertThat(envelope.decrypt(message)).isEqualTo(plaintext);
  }

  @Test
  void oneMessageTwiceIsTwoMessages() {
    byte[] first = envelope.encrypt(plaintext(100));
    byte[] second = envelope.encrypt(plaintext(100));
    assertThat(Arrays.copyOfRange(first, headerBytes() + 32, first.length))
        .isNotEqualTo(Arrays.copyOfRange(second, headerBytes() + 32, second.length));
    assertThat(vault.wraps()).as("under one data key").isEqualTo(1);
  }

  @Test
  void anotherContextIsRefused() {
    byte[] message = envelope.encrypt(plaintext(10), CONTEXT);
    assertThatThrownBy(() -> envelope.decrypt(message)).isInstanceOf(EnvelopeException.class)
        .hasMessageContaining("context");
    assertThatThrownBy(() -> envelope.decrypt(message, new byte[] {1})).isInstanceOf(EnvelopeException.class);
    assertThatThrownBy(() -> envelope.decrypting(new ByteArrayInputStream(message))).isInstanceOf(EnvelopeException.class);
  }

  @Test
  void whatAnOlderVersionOfTheKeyWrappedIsDecrypted() throws EnvelopeException {
    byte[] before = envelope.encrypt(plaintext(10));
    vault.current(FakeVault.KEY.withVersion("fedcba9876543210fedcba9876543210"));
    EnvelopeEncryption rotated = vault.envelope();
    assertThat(new String(rotated.encrypt(plaintext(10)), StandardCharsets.ISO_8859_1)).contains("fedcba9876543210");
    assertThat(rotated.decrypt(before)).isEqualTo(plaintext(10));
  }

  @Test
  void aKeyOfAnotherNameIsNotAskedUnlessItIsAllowed() throws EnvelopeException {
    vault.current(new ObjectId(FakeVault.KEY.vault(), "keys", "Other", "0123456789abcdef0123456789abcdef"));
    byte[] message = vault.builder("Other").build().encrypt(plaintext(10));
    assertThatThrownBy(() -> envelope.decrypt(message)).isInstanceOf(EnvelopeException.class)
        .hasMessageContaining("keys/Other")
        .hasMessageContaining("not allowed");
    assertThat(vault.unwraps()).isZero();
    assertThat(vault.builder().alsoDecrypt("old", "other").build().decrypt(message)).isEqualTo(plaintext(10));
    assertThat(vault.builder().decryptAnyKeyOfTheVault().build().decrypt(message)).isEqualTo(plaintext(10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://vault.example:444", "https://evil.example", "https://vault.example.evil.example"})
  void aKeyOfAnotherVaultIsNeverAsked(String address) {
    String version = "0123456789abcdef0123456789abcdef";
    byte[] dataKey = new byte[32];
    ObjectId foreign = new ObjectId(URI.create(address), "keys", FakeVault.KEY.name(), version);
    byte[] message = ReferenceEnvelope.write(new ReferenceEnvelope.Choice(0x13, foreign.toString(),
        FakeVault.wrapped(foreign, dataKey), dataKey, new byte[32], FRAME), plaintext(10), new byte[0]);
    assertThatThrownBy(() -> vault.builder().decryptAnyKeyOfTheVault().build().decrypt(message))
        .isInstanceOf(EnvelopeException.class).hasMessageContaining("not allowed");
    assertThat(vault.unwraps()).isZero();
  }

  @Test
  void aVaultThatAnswersForAKeyOfAnotherNameEncryptsNothing() {
    vault.current(new ObjectId(FakeVault.KEY.vault(), "keys", "other", "0123456789abcdef0123456789abcdef"));
    assertThatThrownBy(() -> envelope.encrypt(plaintext(10))).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("other");
  }

  @Test
  void aMessageLongerThanAllowedIsNeitherMadeNorRead() throws IOException {
    EnvelopeEncryption bounded = vault.builder().frameBytes(FRAME).maxMessageBytes(FRAME + 1).build();
    assertThat(bounded.decrypt(bounded.encrypt(plaintext(FRAME + 1)))).hasSize(FRAME + 1);
    assertThatThrownBy(() -> bounded.encrypt(plaintext(FRAME + 2))).isInstanceOf(IllegalArgumentException.class);
    byte[] tooLong = envelope.encrypt(plaintext(FRAME + 2));
    assertThatThrownBy(() -> bounded.decrypt(tooLong)).isInstanceOf(EnvelopeException.class)
        .hasMessageContaining("longer than 4097");
    InputStream in = bounded.decrypting(new ByteArrayInputStream(tooLong));
    assertThat(in.readNBytes(FRAME)).isEqualTo(Arrays.copyOf(plaintext(FRAME + 2), FRAME));
    assertThatThrownBy(in::read).isInstanceOf(EnvelopeException.class).hasMessageContaining("longer than 4097");

    ByteArrayOutputStream half = new ByteArrayOutputStream();
    EnvelopeOutputStream out = bounded.encrypting(half);
    out.write(plaintext(FRAME + 2));
    assertThatThrownBy(out::close).isInstanceOf(EnvelopeException.class).hasMessageContaining("longer than 4097");
    assertThatThrownBy(() -> envelope.decrypt(half.toByteArray())).isInstanceOf(EnvelopeException.class);
  }

  @Test
  void nothingBeginsAfterClosing() throws IOException {
    byte[] message = envelope.encrypt(plaintext(10));
    InputStream begun = envelope.decrypting(new ByteArrayInputStream(message));
    envelope.close();
    assertThatThrownBy(() -> envelope.encrypt(plaintext(10))).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> envelope.decrypt(message)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(begun.readAllBytes()).isEqualTo(plaintext(10));
  }

  @ParameterizedTest
  @EnumSource(value = EncryptionAlgorithm.class, names = {"RSA1_5", "RSA_OAEP", "A256GCM", "A128CBC"})
  void whatIsNoSoundWrappingIsRefused(EncryptionAlgorithm algorithm) {
    assertThatThrownBy(() -> vault.builder().wrapping(algorithm)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use RSA-OAEP-256");
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    EnvelopeEncryption.Builder builder = vault.builder();
    List<Runnable> wrong = List.of(() -> builder.frameBytes(4095), () -> builder.frameBytes((1 << 20) + 1),
        () -> builder.maxMessageBytes(-1), () -> builder.maxMessageBytes((1L << 44) + 1), () -> builder.dataKeyMessages(0),
        () -> builder.dataKeyBytes(0), () -> builder.dataKeyAge(Duration.ZERO), () -> builder.unwrappedKeys(-1),
        () -> builder.unwrappedKeyAge(Duration.ofSeconds(-1)), () -> builder.alsoDecrypt("../x"), () -> builder.keyVersion("x"));
    for (Runnable option : wrong) {
      assertThatThrownBy(option::run).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
