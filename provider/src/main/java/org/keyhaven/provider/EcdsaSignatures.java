package org.keyhaven.provider;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.Optional;

/** The two forms of an ECDSA signature: r||s of fixed length (IEEE P1363) and DER (RFC 3279, section 2.2.3). */
final class EcdsaSignatures {
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;

  private EcdsaSignatures() { }

  /**
   * Strict DER of a signature as the vault gives it.
   *
   * @throws SignatureException when r||s is not of twice the coordinate length, or r or s is zero
   */
  static byte[] toDer(byte[] p1363, int coordinateBytes) throws SignatureException {
    check(p1363, coordinateBytes);
    byte[] r = new BigInteger(1, Arrays.copyOfRange(p1363, 0, coordinateBytes)).toByteArray();
    byte[] s = new BigInteger(1, Arrays.copyOfRange(p1363, coordinateBytes, p1363.length)).toByteArray();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(SEQUENCE);
    // An integer of these curves has at most 67 bytes, so that only the outer length can need a second octet.
    int length = 4 + r.length + s.length;
    if (length > 0x7f) {
      out.write(0x81);
    }
    out.write(length);
    out.write(INTEGER);
    out.write(r.length);
    out.writeBytes(r);
    out.write(INTEGER);
    out.write(s.length);
    out.writeBytes(s);
    return out.toByteArray();
  }

  /** r||s of a signature in strict DER; empty when it is none, or when r or s is negative, zero or too long. */
  static Optional<byte[]> fromDer(byte[] der, int coordinateBytes) {
    // The only lengths there can be; whatever else is not strict differs from what is written anew.
    int header = der.length > 1 && der[1] == (byte) 0x81 ? 3 : 2;
    byte[] p1363 = new byte[2 * coordinateBytes];
    int next = header;
    for (int end = coordinateBytes; end <= p1363.length; end += coordinateBytes) {
      int length = next + 1 < der.length ? der[next + 1] & 0xff : 0;
      int from = next + 2;
      next = from + length;
      if (length == 0 || length > coordinateBytes + 1 || next > der.length) {
        return Optional.empty();
      }
      int sign = length > coordinateBytes ? 1 : 0;
      System.arraycopy(der, from + sign, p1363, end - length + sign, length - sign);
    }
    try {
      return Arrays.equals(toDer(p1363, coordinateBytes), der) ? Optional.of(p1363) : Optional.empty();
    } catch (SignatureException e) {
      return Optional.empty();
    }
  }

  /** @throws SignatureException as {@link #toDer} */
  static void check(byte[] p1363, int coordinateBytes) throws SignatureException {
    if (p1363.length != 2 * coordinateBytes) {
      throw new SignatureException("the vault answered an ECDSA signature of " + p1363.length + " bytes, not "
          + 2 * coordinateBytes);
    }
    if (new BigInteger(1, Arrays.copyOfRange(p1363, 0, coordinateBytes)).signum() == 0
        || new BigInteger(1, Arrays.copyOfRange(p1363, coordinateBytes, p1363.length)).signum() == 0) {
      throw new SignatureException("the vault answered an ECDSA signature in which r or s is zero");
    }
  }
}
