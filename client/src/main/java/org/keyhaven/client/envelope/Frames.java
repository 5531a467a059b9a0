package org.keyhaven.client.envelope;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The frames of one message, one after another: AES-256-GCM with a nonce that says which frame it is, and whether the last
 * (the STREAM construction; {@code docs/envelope-format.md}, "Frames"). Either all are sealed or all are opened. Not
 * thread-safe.
 */
final class Frames {
  static final int TAG_BYTES = 16;
  /** Reached by 2^32 of the smallest frames, as many as the counter can tell apart. */
  static final long MOST_BYTES = 1L << 44;

  private static final int NONCE_BYTES = 12;

  private final MessageKeys keys;
  private final long mostBytes;
  private final Cipher cipher;
  private long next;
  private long bytes;

  Frames(MessageKeys keys, long mostBytes) {
    this.keys = keys;
    this.mostBytes = mostBytes;
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot do AES-GCM", e);
    }
  }

  /** The plaintext so far, in bytes. */
  long bytes() {
    return bytes;
  }

  /**
   * Writes {@code length + TAG_BYTES}.
   *
   * @throws EnvelopeException when the message becomes too long
   */
  void seal(byte[] plaintext, int from, int length, boolean last, byte[] target, int at) throws EnvelopeException {
    count(length);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, keys.frameKey(), nonce(last));
      cipher.doFinal(plaintext, from, length, target, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed", e);
    }
  }

  /**
   * Writes {@code length - TAG_BYTES} bytes of plaintext, or none.
   *
   * @param length with the tag
   * @throws EnvelopeException when this is not the frame that belongs here, or the message is too long
   */
  void open(byte[] sealed, int from, int length, boolean last, byte[] target, int at) throws EnvelopeException {
    int plain = length - TAG_BYTES;
    if (plain < 0) {
      throw new EnvelopeException("the message ends within a frame");
    }
    if (plain == 0 && next > 0) {
      throw new EnvelopeException("the message ends with an empty frame");
    }
    count(plain);
    try {
      cipher.init(Cipher.DECRYPT_MODE, keys.frameKey(), nonce(last));
      cipher.doFinal(sealed, from, length, target, at);
    } catch (AEADBadTagException e) {
      Arrays.fill(target, at, at + plain, (byte) 0);
      throw new EnvelopeException("frame " + (next - 1) + " was altered or is in another place than it was, or the message"
          + " was cut or lengthened", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed", e);
    }
  }

  private void count(int length) throws EnvelopeException {
    if (length > mostBytes - bytes) {
      throw new EnvelopeException("the message is longer than " + mostBytes + " bytes");
    }
    bytes += length;
  }

  private GCMParameterSpec nonce(boolean last) {
    byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).put(keys.noncePrefix()).putInt((int) next).put((byte) (last ? 1 : 0))
        .array();
    next++;
    return new GCMParameterSpec(8 * TAG_BYTES, nonce);
  }
}
