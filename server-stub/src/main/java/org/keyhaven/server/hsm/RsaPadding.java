package org.keyhaven.server.hsm;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Takes the padding off what raw RSA decryption gives, without branches or memory accesses that depend on it: whether and
 * where it is wrong shows neither in the answer nor in the time it takes (Bleichenbacher 1998, Manger 2001). Every octet is
 * looked at in every case; only the end differs, for a good message has a length.
 *
 * <p>It serves all engines and all modules alike: those that unpad by themselves leak by return codes or time, and some lack
 * the hash.
 */
final class RsaPadding {
  private static final int LEAST_PKCS1_PADDING = 8;

  private RsaPadding() { }

  /**
   * RFC 8017, section 7.2.2: {@code 00 02 PS 00 M}, with at least 8 octets of PS, none of which is zero.
   *
   * @param encoded as long as the modulus; overwritten with zeros
   * @return empty when it is wrong in whatever way
   */
  static Optional<byte[]> pkcs1(byte[] encoded) {
    int wrong = encoded[0] | encoded[1] ^ 2;
    // All ones once the separator has been seen, zero before.
    int found = 0;
    int start = 0;
    for (int i = 2; i < encoded.length; i++) {
      int separatorHere = ~found & zero(encoded[i] & 0xff);
      wrong |= separatorHere & negative(i - 2 - LEAST_PKCS1_PADDING);
      start |= separatorHere & i + 1;
      found |= separatorHere;
    }
    wrong |= ~found;
    return message(encoded, wrong, start);
  }

  /**
   * RFC 8017, section 7.1.2, step 3, with an empty label and MGF1 over the same hash.
   *
   * @param encoded as long as the modulus; overwritten with zeros
   * @param digestName JCA's name of the hash
   * @return empty when it is wrong in whatever way
   */
  static Optional<byte[]> oaep(byte[] encoded, String digestName) {
    MessageDigest digest = digest(digestName);
    byte[] labelHash = digest.digest();
    int hashLength = labelHash.length;
    byte[] seed = Arrays.copyOfRange(encoded, 1, 1 + hashLength);
    byte[] data = Arrays.copyOfRange(encoded, 1 + hashLength, encoded.length);
    xor(seed, mgf1(digest, data, seed.length));
    xor(data, mgf1(digest, seed, data.length));
    int wrong = encoded[0];
    for (int i = 0; i < hashLength; i++) {
      wrong |= data[i] ^ labelHash[i];
    }
    int found = 0;
    int start = 0;
    for (int i = hashLength; i < data.length; i++) {
      int octet = data[i] & 0xff;
      int separatorHere = ~found & zero(octet ^ 1);
      wrong |= ~found & ~separatorHere & octet;
      start |= separatorHere & i + 1;
      found |= separatorHere;
    }
    wrong |= ~found;
    Arrays.fill(encoded, (byte) 0);
    return message(data, wrong, start);
  }

  /** Whether keys of this size can carry OAEP with this hash at all (RFC 8017, section 7.1.1). */
  static boolean oaepFits(int modulusBytes, String digestName) {
    return modulusBytes >= 2 * digest(digestName).getDigestLength() + 2;
  }

  private static Optional<byte[]> message(byte[] padded, int wrong, int start) {
    Optional<byte[]> message = wrong == 0 ? Optional.of(Arrays.copyOfRange(padded, start, padded.length)) : Optional.empty();
    Arrays.fill(padded, (byte) 0);
    return message;
  }

  /** All ones when {@code value} is negative, else zero. */
  private static int negative(int value) {
    return value >> 31;
  }

  /** All ones when {@code octet}, from 0 to 255, is zero, else zero. */
  private static int zero(int octet) {
    return negative(octet - 1);
  }

  private static void xor(byte[] target, byte[] mask) {
    for (int i = 0; i < target.length; i++) {
      target[i] ^= mask[i];
    }
  }

  /** RFC 8017, appendix B.2.1. */
  private static byte[] mgf1(MessageDigest digest, byte[] seed, int length) {
    byte[] mask = new byte[length];
    byte[] counter = new byte[4];
    for (int done = 0, round = 0; done < length; round++) {
      counter[2] = (byte) (round >> 8);
      counter[3] = (byte) round;
      digest.update(seed);
      byte[] block = digest.digest(counter);
      int taken = Math.min(block.length, length - done);
      System.arraycopy(block, 0, mask, done, taken);
      done += taken;
    }
    return mask;
  }

  private static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }
}
