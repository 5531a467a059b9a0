package org.keyhaven.client.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keyhaven.client.wire.ObjectId;

/** Whatever is done to a message, it is refused with one exception, and nothing unverified comes out before. */
class TamperingTest {
  private static final int FRAME = 4096;
  private static final int SEALED = FRAME + 16;
  private static final String KID = FakeVault.KEY + "/0123456789abcdef0123456789abcdef";
  private static final int HEADER = 45 + KID.length() + 2 + 40;
  private static final int BODY = HEADER + 32;
  private static final byte[] NO_CONTEXT = new byte[0];

  private final EnvelopeEncryption envelope = new FakeVault().envelope();

  private static byte[] plaintext(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static ReferenceEnvelope.Choice choice() {
    byte[] dataKey = plaintext(32);
    return new ReferenceEnvelope.Choice(0x13, KID, FakeVault.wrapped(ObjectId.parse(KID), dataKey), dataKey, plaintext(32), FRAME);
  }

  /** Both ways to read refuse it; the stream gives nothing but whole frames of the true plaintext. */
  private void assertRefused(byte[] message, byte[] truth, String what) throws IOException {
    assertThatThrownBy(() -> envelope.decrypt(message)).as(what).isExactlyInstanceOf(EnvelopeException.class);
    byte[] given = new byte[truth.length + SEALED];
    int count = 0;
    try (InputStream in = envelope.decrypting(new ByteArrayInputStream(message))) {
      int read = in.read(given);
      while (read >= 0) {
        count += read;
        read = in.read(given, count, given.length - count);
      }
      throw new AssertionError("accepted: " + what);
    } catch (EnvelopeException e) {
      assertThat(count % FRAME).as(what).isZero();
      assertThat(Arrays.copyOf(given, count)).as(what).isEqualTo(Arrays.copyOf(truth, count));
    }
  }

  @Test
  void everyBitCounts() throws IOException {
    byte[] truth = plaintext(5);
    byte[] message = envelope.encrypt(truth);
    for (int i = 0; i < message.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = message.clone();
        changed[i] ^= (byte) (1 << bit);
        assertRefused(changed, truth, "bit " + bit + " of byte " + i);
      }
    }
  }

  @Test
  void everyByteOfManyFramesCounts() throws IOException {
    byte[] truth = plaintext(2 * FRAME + 5);
    byte[] message = envelope.encrypt(truth);
    for (int i = BODY; i < message.length; i++) {
      if (isNearBorder(i)) {
        byte[] changed = message.clone();
        changed[i] ^= 0x40;
        assertRefused(changed, truth, "byte " + i);
      }
    }
  }

  /** Or one of a few between, as within a frame one is as another. */
  private static boolean isNearBorder(int at) {
    int inFrame = (at - BODY) % SEALED;
    return inFrame < 20 || inFrame > SEALED - 20 || inFrame % 199 == 0;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, FRAME, FRAME + 5})
  void everyTruncationIsSeen(int size) throws IOException {
    byte[] truth = plaintext(size);
    byte[] message = envelope.encrypt(truth);
    for (int length = 0; length < message.length; length++) {
      if (length < BODY || isNearBorder(length)) {
        assertRefused(Arrays.copyOf(message, length), truth, "cut at " + length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, FRAME - 1, FRAME, FRAME + 5, 2 * FRAME})
  void everyExtensionIsSeen(int size) throws IOException {
    byte[] truth = plaintext(size);
    byte[] message = envelope.encrypt(truth);
    for (int more : new int[] {1, 15, 16, 17, SEALED - 1, SEALED, SEALED + 1}) {
      assertRefused(Arrays.copyOf(message, message.length + more), truth, more + " zeros behind");
      byte[] again = ReferenceEnvelope.concatenate(message, Arrays.copyOfRange(message, BODY, message.length));
      assertRefused(again, truth, "the frames twice");
    }
    assertRefused(ReferenceEnvelope.concatenate(message, message), truth, "the message twice");
  }

  @Test
  void framesKeepTheirPlaces() throws IOException {
    byte[] truth = plaintext(4 * FRAME);
    byte[] message = envelope.encrypt(truth);
    for (int first = 0; first < 4; first++) {
      for (int second = first + 1; second < 4; second++) {
        assertRefused(swapped(message, message, first, second), truth, "frames " + first + " and " + second);
      }
      assertRefused(ReferenceEnvelope.concatenate(Arrays.copyOf(message, BODY + first * SEALED),
          Arrays.copyOfRange(message, BODY + (first + 1) * SEALED, message.length)), truth, "without frame " + first);
      assertRefused(ReferenceEnvelope.concatenate(Arrays.copyOf(message, BODY + (first + 1) * SEALED),
          Arrays.copyOfRange(message, BODY + first * SEALED, message.length)), truth, "frame " + first + " twice");
    }
  }

  @Test
  void framesStayInTheirMessageThoughTheDataKeyIsTheSame() throws IOException {
    byte[] truth = plaintext(2 * FRAME);
    byte[] one = envelope.encrypt(truth);
    byte[] other = envelope.encrypt(truth);
    assertThat(Arrays.copyOfRange(one, HEADER - 40, HEADER)).isEqualTo(Arrays.copyOfRange(other, HEADER - 40, HEADER));
    assertRefused(swapped(one, other, 0, 0), truth, "the first frame of another message");
    assertRefused(swapped(one, other, 1, 1), truth, "the last frame of another message");
    assertRefused(ReferenceEnvelope.concatenate(Arrays.copyOf(other, HEADER), Arrays.copyOfRange(one, HEADER, one.length)),
        truth, "the header of another message");
    assertRefused(ReferenceEnvelope.concatenate(Arrays.copyOf(other, BODY), Arrays.copyOfRange(one, BODY, one.length)),
        truth, "header and commitment of another message");
  }

  private static byte[] swapped(byte[] message, byte[] source, int first, int second) {
    byte[] changed = message.clone();
    System.arraycopy(source, BODY + second * SEALED, changed, BODY + first * SEALED, SEALED);
    if (first != second) {
      System.arraycopy(source, BODY + first * SEALED, changed, BODY + second * SEALED, SEALED);
    }
    return changed;
  }

  @Test
  void whoeverHasTheDataKeyCannotDepartFromTheFormatEither() throws IOException {
    byte[] full = plaintext(FRAME);
    assertThat(envelope.decrypt(ReferenceEnvelope.write(choice(), NO_CONTEXT, full, new byte[] {1}))).hasSize(FRAME + 1);
    assertRefused(ReferenceEnvelope.write(choice(), NO_CONTEXT, full, new byte[0]), full, "an empty frame at the end");
    assertRefused(ReferenceEnvelope.write(choice(), NO_CONTEXT, Arrays.copyOf(full, FRAME - 1), new byte[] {1}), full,
        "a short frame before the last");
    assertRefused(ReferenceEnvelope.write(choice(), NO_CONTEXT, new byte[FRAME + 1]), full, "a last frame that is too long");
  }

  @ParameterizedTest
  @CsvSource({"7, 0", "7, 4095", "7, 1048577", "7, 2147483647", "7, -1"})
  void frameLengthsOutOfRangeAreRefusedBeforeMemoryIsTaken(int at, int value) throws IOException {
    byte[] message = envelope.encrypt(plaintext(5));
    ByteBuffer.wrap(message).putInt(at, value);
    assertRefused(message, plaintext(5), "frames of " + value);
    assertThatThrownBy(() -> envelope.decrypt(message)).hasMessageContaining("4 KiB to 1 MiB");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1025, 0xFFFF})
  void lengthsOfTheHeaderAreChecked(int value) throws IOException {
    byte[] message = envelope.encrypt(plaintext(5));
    byte[] kidLength = message.clone();
    ByteBuffer.wrap(kidLength).putShort(43, (short) value);
    assertRefused(kidLength, plaintext(5), "an identifier of " + value);
    byte[] wrappedLength = message.clone();
    ByteBuffer.wrap(wrappedLength).putShort(HEADER - 42, (short) value);
    assertRefused(wrappedLength, plaintext(5), "a wrapped key of " + value);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "https://vault.example/keys/documents",
      "https://vault.example/keys/documents/0123456789abcdef0123456789abcdef/",
      "https://VAULT.example/keys/documents/0123456789abcdef0123456789abcdef",
      "http://vault.example/keys/documents/0123456789abcdef0123456789abcdef",
      "https://vault.example/secrets/documents/0123456789abcdef0123456789abcdef",
      "https://vault.example/keys/../0123456789abcdef0123456789abcdef",
      "https://vault.example/keys/documents/0123456789abcdef0123456789abcdef?x=1",
      "https://vault.example@evil.example/keys/documents/0123456789abcdef0123456789abcdef",
      "not an identifier\n"})
  void whatNamesNoVersionOfAKeyInItsOneSpellingIsRefused(String kid) throws IOException {
    ReferenceEnvelope.Choice good = choice();
    assertRefused(ReferenceEnvelope.write(new ReferenceEnvelope.Choice(good.wrapping(), kid, good.wrapped(), good.dataKey(),
        good.salt(), FRAME), plaintext(5), NO_CONTEXT), plaintext(5), kid);
  }

  /** As with RSA, where everybody can wrap: a message of the attacker's own making under another key. */
  @Test
  void aDataKeyThatWasExchangedIsSeenByItsCommitmentBeforeAnythingIsDecrypted() {
    ReferenceEnvelope.Choice mine = choice();
    byte[] otherKey = plaintext(33);
    byte[] otherWrapped = FakeVault.wrapped(ObjectId.parse(KID), Arrays.copyOf(otherKey, 32));
    byte[] message = ReferenceEnvelope.write(mine, plaintext(5), NO_CONTEXT);
    System.arraycopy(otherWrapped, 0, message, HEADER - 40, 40);
    assertThatThrownBy(() -> envelope.decrypt(message)).isInstanceOf(EnvelopeException.class)
        .hasMessageContaining("header was altered");
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 24, 64})
  void aDataKeyOfAnotherLengthIsRefused(int length) {
    FakeVault vault = new FakeVault();
    EnvelopeEncryption odd = new EnvelopeEncryption.Builder(FakeVault.KEY, (key, wrapping) -> new KeyWrapper() {
      @Override
      public WrappedKey wrap(byte[] dataKey) {
        return vault.wrap(dataKey);
      }

      @Override
      public byte[] unwrap(WrappedKey wrapped) {
        return new byte[length];
      }
    }).build();
    byte[] message = odd.encrypt(plaintext(5));
    assertThatThrownBy(() -> odd.decrypt(message)).isInstanceOf(EnvelopeException.class).hasMessageContaining("no data key");
  }
}
