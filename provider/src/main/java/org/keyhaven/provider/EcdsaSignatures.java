package org.keyhaven.provider;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.SignatureException;
import java.util.Arrays;

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
