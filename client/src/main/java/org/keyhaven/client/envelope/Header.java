package org.keyhaven.client.envelope;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.keyhaven.client.wire.ObjectId;

/**
 * What stands before the frames, without the commitment that ends it ({@code docs/envelope-format.md}, "Header"). Everything
 * has been checked that can be without a key.
 *
 * @param frameBytes plaintext of each frame but the last
 * @param encoded the bytes as they stand in the message; not changed by anybody
 */
record Header(WrappedKey key, int frameBytes, byte[] salt, byte[] encoded) {
  static final int SALT_BYTES = 32;
  static final int LEAST_FRAME_BYTES = 4 << 10;
  static final int MOST_FRAME_BYTES = 1 << 20;

  private static final int MAGIC = 0x4B484556;
  private static final int FORMAT = 1;
  private static final int AES_256_GCM_FRAMES = 1;
  private static final int FIXED_BYTES = 45;
  private static final int MOST_KID_BYTES = 1024;

  static Header of(WrappedKey key, int frameBytes, byte[] salt) {
    byte[] kid = key.kid().toString().getBytes(StandardCharsets.US_ASCII);
    byte[] encoded = ByteBuffer.allocate(FIXED_BYTES + kid.length + 2 + key.value().length)
        .putInt(MAGIC).put((byte) FORMAT).put((byte) AES_256_GCM_FRAMES).put((byte) key.wrapping().code()).putInt(frameBytes)
        .put(salt).putShort((short) kid.length).put(kid).putShort((short) key.value().length).put(key.value()).array();
    return new Header(key, frameBytes, salt, encoded);
  }

  /**
   * Reads a header, and nothing behind it. No length is believed before it is checked.
   *
   * @throws EnvelopeException when it is none
   * @throws IOException when the source fails
   */
  static Header read(InputStream in) throws IOException {
    byte[] fixed = exactly(in, FIXED_BYTES);
    ByteBuffer fields = ByteBuffer.wrap(fixed);
    if (fields.getInt() != MAGIC) {
      throw new EnvelopeException("this is no Keyhaven envelope message");
    }
    int format = Byte.toUnsignedInt(fields.get());
    if (format != FORMAT) {
      throw new EnvelopeException("the message has format " + format + ", and this release knows format " + FORMAT);
    }
    int content = Byte.toUnsignedInt(fields.get());
    if (content != AES_256_GCM_FRAMES) {
      throw new EnvelopeException("the message is encrypted in an unknown way: " + content);
    }
    Wrapping wrapping = Wrapping.ofCode(Byte.toUnsignedInt(fields.get()));
    int frameBytes = fields.getInt();
    if (frameBytes < LEAST_FRAME_BYTES || frameBytes > MOST_FRAME_BYTES) {
      throw new EnvelopeException("the message's frames are not of 4 KiB to 1 MiB: " + Integer.toUnsignedLong(frameBytes));
    }
    byte[] salt = new byte[SALT_BYTES];
    fields.get(salt);
    int kidBytes = Short.toUnsignedInt(fields.getShort());
    if (kidBytes == 0 || kidBytes > MOST_KID_BYTES) {
      throw new EnvelopeException("the message's key identifier is not of 1 to " + MOST_KID_BYTES + " bytes: " + kidBytes);
    }
    byte[] kid = exactly(in, kidBytes);
    byte[] wrappedLength = exactly(in, 2);
    int wrappedBytes = Short.toUnsignedInt(ByteBuffer.wrap(wrappedLength).getShort());
    if (!wrapping.hasLength(wrappedBytes)) {
      throw new EnvelopeException("a data key wrapped with " + wrapping.algorithm() + " is not of " + wrappedBytes
          + " bytes");
    }
    byte[] wrapped = exactly(in, wrappedBytes);
    byte[] encoded = ByteBuffer.allocate(FIXED_BYTES + kidBytes + 2 + wrappedBytes).put(fixed).put(kid).put(wrappedLength)
        .put(wrapped).array();
    return new Header(new WrappedKey(parse(kid), wrapping, wrapped), frameBytes, salt, encoded);
  }

  /** @throws EnvelopeException when the message ends before */
  static byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EnvelopeException("the message ends within its header");
    }
    return bytes;
  }

  /** One key has one spelling. */
  private static ObjectId parse(byte[] kid) throws EnvelopeException {
    String text = new String(kid, StandardCharsets.ISO_8859_1);
    ObjectId parsed;
    try {
      parsed = ObjectId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new EnvelopeException("the message names no key", e);
    }
    if (!parsed.collection().equals("keys") || parsed.version() == null
        || !Arrays.equals(parsed.toString().getBytes(StandardCharsets.US_ASCII), kid)) {
      throw new EnvelopeException("the message names no version of a key: " + parsed);
    }
    return parsed;
  }
}
