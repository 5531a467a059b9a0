package org.keyhaven.client.envelope;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/** A second implementation, written from docs/envelope-format.md alone, over Bouncy Castle. */
final class ReferenceEnvelope {
  private final byte[] output = new byte[71];

  private ReferenceEnvelope(byte[] dataKey, byte[] salt, byte[] header, byte[] context) {
    byte[] info = concatenate("keyhaven-envelope-1".getBytes(StandardCharsets.US_ASCII), sha256(header), sha256(context));
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(dataKey, salt, info));
    hkdf.generateBytes(output, 0, output.length);
  }

  /** What a writer chooses. */
  record Choice(int wrapping, String kid, byte[] wrapped, byte[] dataKey, byte[] salt, int frameBytes) {
    byte[] header() {
      byte[] id = kid.getBytes(StandardCharsets.US_ASCII);
      return concatenate(new byte[] {'K', 'H', 'E', 'V', 1, 1, (byte) wrapping}, number(frameBytes, 4), salt,
          number(id.length, 2), id, number(wrapped.length, 2), wrapped);
    }
  }

  /** A whole message. */
  static byte[] write(Choice choice, byte[] plaintext, byte[] context) {
    int count = Math.max(1, (plaintext.length + choice.frameBytes() - 1) / choice.frameBytes());
    byte[][] frames = new byte[count][];
    for (int i = 0; i < count; i++) {
      int from = i * choice.frameBytes();
      frames[i] = Arrays.copyOfRange(plaintext, from, Math.min(plaintext.length, from + choice.frameBytes()));
    }
    return write(choice, context, frames);
  }

  /** The frames as given, however long; the last of them is marked so. */
  static byte[] write(Choice choice, byte[] context, byte[]... frames) {
    byte[] header = choice.header();
    ReferenceEnvelope keys = new ReferenceEnvelope(choice.dataKey(), choice.salt(), header, context);
    byte[] message = concatenate(header, Arrays.copyOfRange(keys.output, 32, 64));
    for (int i = 0; i < frames.length; i++) {
      message = concatenate(message, keys.gcm(true, i, i == frames.length - 1, frames[i]));
    }
    return message;
  }

  /** The plaintext of a message that is not attacked. */
  static byte[] read(byte[] message, byte[] dataKey, byte[] context) {
    int frameBytes = (int) number(message, 7, 4);
    int kidBytes = (int) number(message, 43, 2);
    int headerBytes = 45 + kidBytes + 2 + (int) number(message, 45 + kidBytes, 2);
    ReferenceEnvelope keys = new ReferenceEnvelope(dataKey, Arrays.copyOfRange(message, 11, 43),
        Arrays.copyOf(message, headerBytes), context);
    if (!Arrays.equals(keys.output, 32, 64, message, headerBytes, headerBytes + 32)) {
      throw new IllegalArgumentException("commitment");
    }
    byte[] plaintext = new byte[0];
    int at = headerBytes + 32;
    for (int i = 0; at < message.length; i++) {
      int end = Math.min(message.length, at + frameBytes + 16);
      plaintext = concatenate(plaintext, keys.gcm(false, i, end == message.length, Arrays.copyOfRange(message, at, end)));
      at = end;
    }
    return plaintext;
  }

  private byte[] gcm(boolean encrypt, int index, boolean last, byte[] input) {
    byte[] nonce = concatenate(Arrays.copyOfRange(output, 64, 71), number(index, 4), new byte[] {(byte) (last ? 1 : 0)});
    var gcm = GCMBlockCipher.newInstance(AESEngine.newInstance());
    gcm.init(encrypt, new AEADParameters(new KeyParameter(output, 0, 32), 128, nonce));
    byte[] result = new byte[gcm.getOutputSize(input.length)];
    try {
      gcm.doFinal(result, gcm.processBytes(input, 0, input.length, result, 0));
    } catch (InvalidCipherTextException e) {
      throw new IllegalArgumentException("frame " + index, e);
    }
    return result;
  }

  private static byte[] sha256(byte[] bytes) {
    SHA256Digest digest = new SHA256Digest();
    digest.update(bytes, 0, bytes.length);
    byte[] hash = new byte[32];
    digest.doFinal(hash, 0);
    return hash;
  }

  private static byte[] number(long value, int bytes) {
    byte[] encoded = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      encoded[i] = (byte) (value >>> 8 * (bytes - 1 - i));
    }
    return encoded;
  }

  private static long number(byte[] source, int at, int bytes) {
    long value = 0;
    for (int i = at; i < at + bytes; i++) {
      value = value << 8 | Byte.toUnsignedInt(source[i]);
    }
    return value;
  }

  static byte[] concatenate(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
