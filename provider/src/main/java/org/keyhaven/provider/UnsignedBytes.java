package org.keyhaven.provider;

import java.math.BigInteger;

/** Big-endian unsigned integers of fixed length (I2OSP, RFC 8017 section 4.1). */
final class UnsignedBytes {
  private UnsignedBytes() { }

  /** @throws IllegalArgumentException when the value is negative or needs more than {@code length} bytes */
  static byte[] of(BigInteger value, int length) {
    if (value.signum() < 0 || value.bitLength() > 8 * length) {
      throw new IllegalArgumentException("not an unsigned integer of " + length + " bytes");
    }
    byte[] minimal = value.toByteArray();
    byte[] result = new byte[length];
    int copied = Math.min(minimal.length, length);
    System.arraycopy(minimal, minimal.length - copied, result, length - copied, copied);
    return result;
  }
}
