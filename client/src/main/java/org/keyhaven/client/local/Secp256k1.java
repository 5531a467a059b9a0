package org.keyhaven.client.local;

import java.math.BigInteger;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;
import java.util.Arrays;

/**
 * The curve secp256k1 (SEC 2, section 2.4.1), on which JDKs since 16 do not compute, and verification of ECDSA on it (SEC 1,
 * section 4.1.4). For public data alone: its time depends on what it computes. Nothing here can sign, or make keys.
 */
public final class Secp256k1 {
  private static final int COORDINATE_BYTES = 32;
  private static final BigInteger P = new BigInteger("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", 16);
  private static final BigInteger N = new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
  private static final BigInteger B = BigInteger.valueOf(7);
  private static final BigInteger THREE = BigInteger.valueOf(3);

  /** y² = x³ + 7. */
  public static final ECParameterSpec PARAMETERS = new ECParameterSpec(
      new EllipticCurve(new ECFieldFp(P), BigInteger.ZERO, B),
      new ECPoint(new BigInteger("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", 16),
          new BigInteger("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8", 16)), N, 1);

  private static final Jacobian GENERATOR = Jacobian.of(PARAMETERS.getGenerator());

  private Secp256k1() { }

  /** Whether the coordinates are in range and the point is on the curve, which has no other subgroup to be in. */
  public static boolean contains(ECPoint point) {
    if (point.equals(ECPoint.POINT_INFINITY)) {
      return false;
    }
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    return x.signum() >= 0 && x.compareTo(P) < 0 && y.signum() >= 0 && y.compareTo(P) < 0
        && y.multiply(y).subtract(x.pow(3)).subtract(B).mod(P).signum() == 0;
  }

  /**
   * @param key a point that {@link #contains} accepts
   * @param digest 32 bytes
   * @param signature r||s; of any length and content
   */
  static boolean verify(ECPoint key, byte[] digest, byte[] signature) {
    if (signature.length != 2 * COORDINATE_BYTES) {
      return false;
    }
    BigInteger r = Octets.number(Arrays.copyOf(signature, COORDINATE_BYTES));
    BigInteger s = Octets.number(Arrays.copyOfRange(signature, COORDINATE_BYTES, signature.length));
    if (r.signum() == 0 || r.compareTo(N) >= 0 || s.signum() == 0 || s.compareTo(N) >= 0) {
      return false;
    }
    BigInteger w = s.modInverse(N);
    BigInteger u1 = Octets.number(digest).multiply(w).mod(N);
    BigInteger u2 = r.multiply(w).mod(N);
    return sumOfMultiples(u1, u2, Jacobian.of(key)).hasAffineX(r);
  }

  /** u1 G + u2 Q in one pass over the bits of both. */
  private static Jacobian sumOfMultiples(BigInteger u1, BigInteger u2, Jacobian q) {
    Jacobian both = GENERATOR.plus(q);
    Jacobian sum = Jacobian.INFINITY;
    for (int bit = Math.max(u1.bitLength(), u2.bitLength()) - 1; bit >= 0; bit--) {
      sum = sum.doubled();
      boolean one = u1.testBit(bit);
      boolean two = u2.testBit(bit);
      if (one || two) {
        sum = sum.plus(one && two ? both : one ? GENERATOR : q);
      }
    }
    return sum;
  }

  /** The point (x/z², y/z³); z is zero for the point at infinity. Formulas for a = 0 (Cohen, Miyaji, Ono 1998). */
  private record Jacobian(BigInteger x, BigInteger y, BigInteger z) {
    private static final Jacobian INFINITY = new Jacobian(BigInteger.ONE, BigInteger.ONE, BigInteger.ZERO);

    static Jacobian of(ECPoint point) {
      return new Jacobian(point.getAffineX(), point.getAffineY(), BigInteger.ONE);
    }

    Jacobian doubled() {
      // No point of this curve has y = 0: its order is odd.
      if (z.signum() == 0) {
        return this;
      }
      BigInteger yy = times(y, y);
      BigInteger s = times(x, yy).shiftLeft(2);
      BigInteger m = times(x, x).multiply(THREE);
      BigInteger x3 = times(m, m).subtract(s.shiftLeft(1)).mod(P);
      BigInteger y3 = m.multiply(s.subtract(x3)).subtract(yy.multiply(yy).shiftLeft(3)).mod(P);
      return new Jacobian(x3, y3, times(y, z).shiftLeft(1).mod(P));
    }

    Jacobian plus(Jacobian other) {
      if (z.signum() == 0) {
        return other;
      }
      if (other.z.signum() == 0) {
        return this;
      }
      BigInteger zz = times(z, z);
      BigInteger otherZz = times(other.z, other.z);
      BigInteger u1 = times(x, otherZz);
      BigInteger s1 = times(y, times(other.z, otherZz));
      BigInteger h = times(other.x, zz).subtract(u1).mod(P);
      BigInteger r = times(other.y, times(z, zz)).subtract(s1).mod(P);
      if (h.signum() == 0) {
        return r.signum() == 0 ? doubled() : INFINITY;
      }
      BigInteger hh = times(h, h);
      BigInteger hhh = times(h, hh);
      BigInteger v = times(u1, hh);
      BigInteger x3 = times(r, r).subtract(hhh).subtract(v.shiftLeft(1)).mod(P);
      BigInteger y3 = r.multiply(v.subtract(x3)).subtract(s1.multiply(hhh)).mod(P);
      return new Jacobian(x3, y3, times(h, times(z, other.z)));
    }

    /** Whether the affine x, taken modulo the order, is {@code r}. */
    boolean hasAffineX(BigInteger r) {
      if (z.signum() == 0) {
        return false;
      }
      BigInteger zInverse = z.modInverse(P);
      return times(x, times(zInverse, zInverse)).mod(N).equals(r);
    }

    private static BigInteger times(BigInteger a, BigInteger b) {
      return a.multiply(b).mod(P);
    }
  }
}
