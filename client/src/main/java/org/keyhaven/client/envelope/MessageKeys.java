package org.keyhaven.client.envelope;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * What one message needs, derived from its data key, its whole header and its context ({@code docs/envelope-format.md},
 * "Keys of a message"): so a change of any of them is seen before anything is decrypted.
 */
final class MessageKeys {
  static final int COMMITMENT_BYTES = 32;
  static final int NONCE_PREFIX_BYTES = 7;

  private static final byte[] LABEL = "keyhaven-envelope-1".getBytes(StandardCharsets.US_ASCII);
  private static final int FRAME_KEY_BYTES = 32;

  private final SecretKey frameKey;
  private final byte[] commitment;
  private final byte[] noncePrefix;

  private MessageKeys(SecretKey frameKey, byte[] commitment, byte[] noncePrefix) {
    this.frameKey = frameKey;
    this.commitment = commitment;
    this.noncePrefix = noncePrefix;
  }

  /** @param dataKey wiped before this returns */
  static MessageKeys derive(byte[] dataKey, Header header, byte[] context) {
    byte[] headerHash = sha256(header.encoded());
    byte[] contextHash = sha256(context);
    byte[] info = ByteBuffer.allocate(LABEL.length + headerHash.length + contextHash.length).put(LABEL).put(headerHash)
        .put(contextHash).array();
    byte[] output = Hkdf.derive(dataKey, header.salt(), info, FRAME_KEY_BYTES + COMMITMENT_BYTES + NONCE_PREFIX_BYTES);
    Arrays.fill(dataKey, (byte) 0);
    int prefixAt = FRAME_KEY_BYTES + COMMITMENT_BYTES;
    MessageKeys keys = new MessageKeys(new SecretKeySpec(output, 0, FRAME_KEY_BYTES, "AES"),
        Arrays.copyOfRange(output, FRAME_KEY_BYTES, prefixAt), Arrays.copyOfRange(output, prefixAt, output.length));
    Arrays.fill(output, (byte) 0);
    return keys;
  }

  SecretKey frameKey() {
    return frameKey;
  }

  /** Stands in the message; no secret. */
  byte[] commitment() {
    return commitment;
  }

  byte[] noncePrefix() {
    return noncePrefix;
  }

  /** @throws EnvelopeException when the message was made with another data key, header or context */
  void check(byte[] found) throws EnvelopeException {
    if (!MessageDigest.isEqual(commitment, found)) {
      throw new EnvelopeException("the message's header was altered, or it was encrypted for another context");
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM cannot do SHA-256", e);
    }
  }
}
