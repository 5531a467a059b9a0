package org.keyhaven.client.local;

import java.math.BigInteger;

/** Big-endian unsigned integers of fixed length (RFC 8017, section 4). */
final class Octets {
  private Octets() { }

  static BigInteger number(byte[] octets) {
    return new BigInteger(1, octets);
  }

  /** @param number not negative, and below 256 to the {@code length} */
  static byte[] of(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] fixed = new byte[length];
    int from = Math.max(0, bytes.length - length);
    System.arraycopy(bytes, from, fixed, length - (bytes.length - from), bytes.length - from);
    return fixed;
  }
}
