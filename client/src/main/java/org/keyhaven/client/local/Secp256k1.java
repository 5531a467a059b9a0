package org.keyhaven.client.local;

import java.math.BigInteger;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;

/** The curve secp256k1 (SEC 2, section 2.4.1), on which JDKs since 16 do not compute. */
public final class Secp256k1 {
  /** y² = x³ + 7. */
  public static final ECParameterSpec PARAMETERS = new ECParameterSpec(
      new EllipticCurve(new ECFieldFp(
          new BigInteger("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", 16)), BigInteger.ZERO,
          BigInteger.valueOf(7)),
      new ECPoint(new BigInteger("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", 16),
          new BigInteger("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8", 16)),
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16), 1);

  static final Curve CURVE = new Curve(PARAMETERS);

  private Secp256k1() { }

  /** Whether the coordinates are in range, and the point is on the curve. */
  public static boolean contains(ECPoint point) {
    return CURVE.contains(point);
  }
}
