package org.keyhaven.client.local;

import java.math.BigInteger;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.Arrays;

/**
 * Points of a curve y² = x³ + ax + b over a prime field, of prime order, and verification of ECDSA with them (SEC 1, section
 * 4.1.4). For public data alone: its time depends on what it computes. Nothing here can sign, or make keys.
 */
final class Curve {
  private static final BigInteger THREE = BigInteger.valueOf(3);

  private final BigInteger p;
  private final BigInteger a;
  private final BigInteger b;
  private final BigInteger order;
  private final Jacobian generator;
  private final Jacobian infinity = new Jacobian(BigInteger.ONE, BigInteger.ONE, BigInteger.ZERO);

  /** The point (x/z², y/z³); z is zero for the point at infinity. */
  private record Jacobian(BigInteger x, BigInteger y, BigInteger z) {
    static Jacobian of(ECPoint point) {
      return new Jacobian(point.getAffineX(), point.getAffineY(), BigInteger.ONE);
    }

    boolean isInfinite() {
      return z.signum() == 0;
    }
  }

  /** @param parameters over a prime field, with cofactor 1 */
  Curve(ECParameterSpec parameters) {
    this.p = ((ECFieldFp) parameters.getCurve().getField()).getP();
    this.a = parameters.getCurve().getA();
    this.b = parameters.getCurve().getB();
    this.order = parameters.getOrder();
    this.generator = Jacobian.of(parameters.getGenerator());
  }

  /** Whether the coordinates are in range and the point is on the curve, which has no other subgroup to be in. */
  boolean contains(ECPoint point) {
    if (point.equals(ECPoint.POINT_INFINITY)) {
      return false;
    }
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    return x.signum() >= 0 && x.compareTo(p) < 0 && y.signum() >= 0 && y.compareTo(p) < 0
        && y.multiply(y).subtract(x.pow(3)).subtract(a.multiply(x)).subtract(b).mod(p).signum() == 0;
  }

  /**
   * @param key a point that {@link #contains} accepts
   * @param digest not longer than the order
   * @param signature r||s; of any length and content
   */
  boolean verify(ECPoint key, byte[] digest, byte[] signature) {
    int length = (order.bitLength() + 7) / 8;
    if (signature.length != 2 * length) {
      return false;
    }
    BigInteger r = r(signature);
    BigInteger s = Octets.number(Arrays.copyOfRange(signature, length, signature.length));
    if (r.signum() == 0 || r.compareTo(order) >= 0 || s.signum() == 0 || s.compareTo(order) >= 0) {
      return false;
    }
    BigInteger w = s.modInverse(order);
    BigInteger u1 = Octets.number(digest).multiply(w).mod(order);
    BigInteger u2 = r.multiply(w).mod(order);
    return hasAffineX(sumOfMultiples(u1, u2, Jacobian.of(key)), r);
  }

  /**
   * Whether r may stand for an x that lies between the order and the field's prime. Chance never makes one; the JDK's
   * verification takes the like for wrong.
   *
   * @param signature r||s of the right length
   */
  boolean mayBeReduced(byte[] signature) {
    return r(signature).add(order).compareTo(p) < 0;
  }

  private static BigInteger r(byte[] signature) {
    return Octets.number(Arrays.copyOf(signature, signature.length / 2));
  }

  /** u1 G + u2 Q in one pass over the bits of both. */
  private Jacobian sumOfMultiples(BigInteger u1, BigInteger u2, Jacobian q) {
    Jacobian both = sum(generator, q);
    Jacobian result = infinity;
    for (int bit = Math.max(u1.bitLength(), u2.bitLength()) - 1; bit >= 0; bit--) {
      result = doubled(result);
      boolean one = u1.testBit(bit);
      boolean two = u2.testBit(bit);
      if (one || two) {
        result = sum(result, one && two ? both : one ? generator : q);
      }
    }
    return result;
  }

  private Jacobian doubled(Jacobian point) {
    // No point has y = 0: the order is odd.
    if (point.isInfinite()) {
      return point;
    }
    BigInteger yy = times(point.y, point.y);
    BigInteger zz = times(point.z, point.z);
    BigInteger s = times(point.x, yy).shiftLeft(2);
    BigInteger m = times(point.x, point.x).multiply(THREE).add(a.multiply(times(zz, zz)));
    BigInteger x = m.multiply(m).subtract(s.shiftLeft(1)).mod(p);
    BigInteger y = m.multiply(s.subtract(x)).subtract(yy.multiply(yy).shiftLeft(3)).mod(p);
    return new Jacobian(x, y, times(point.y, point.z).shiftLeft(1).mod(p));
  }

  private Jacobian sum(Jacobian one, Jacobian two) {
    if (one.isInfinite()) {
      return two;
    }
    if (two.isInfinite()) {
      return one;
    }
    BigInteger zz1 = times(one.z, one.z);
    BigInteger zz2 = times(two.z, two.z);
    BigInteger u = times(one.x, zz2);
    BigInteger s = times(one.y, times(two.z, zz2));
    BigInteger h = times(two.x, zz1).subtract(u).mod(p);
    BigInteger r = times(two.y, times(one.z, zz1)).subtract(s).mod(p);
    if (h.signum() == 0) {
      return r.signum() == 0 ? doubled(one) : infinity;
    }
    BigInteger hh = times(h, h);
    BigInteger hhh = times(h, hh);
    BigInteger v = times(u, hh);
    BigInteger x = r.multiply(r).subtract(hhh).subtract(v.shiftLeft(1)).mod(p);
    BigInteger y = r.multiply(v.subtract(x)).subtract(s.multiply(hhh)).mod(p);
    return new Jacobian(x, y, times(h, times(one.z, two.z)));
  }

  /** Whether the affine x, taken modulo the order, is {@code r}. */
  private boolean hasAffineX(Jacobian point, BigInteger r) {
    if (point.isInfinite()) {
      return false;
    }
    BigInteger zInverse = point.z.modInverse(p);
    return times(point.x, times(zInverse, zInverse)).mod(order).equals(r);
  }

  private BigInteger times(BigInteger one, BigInteger two) {
    return one.multiply(two).mod(p);
  }
}
