package org.keyhaven.server.hsm;

import java.math.BigInteger;
import java.util.Set;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.ApiError;

/**
 * Whether a key from elsewhere is one: a broken one would give away its secret, or every later use would fail. The
 * BigIntegers made here cannot be wiped; they are garbage once the check is done.
 */
final class ClearKeyCheck {
  private static final Set<Integer> RSA_BITS = Set.of(2048, 3072, 4096);
  private static final int LEAST_OCT_BYTES = 16;
  private static final int MOST_OCT_BYTES = 512;
  private static final int PRIME_CERTAINTY = 100;

  private ClearKeyCheck() { }

  /** @throws ApiError 400 {@code BadParameter} naming what is wrong */
  static KeySpec check(ClearKey key) {
    if (key instanceof ClearKey.Rsa rsa) {
      return rsa(rsa);
    }
    return key instanceof ClearKey.Ec ec ? ec(ec) : oct(((ClearKey.Oct) key).k().length);
  }

  /** @throws ApiError 400 {@code BadParameter} when the vault has no such keys */
  static KeySpec rsa(BigInteger modulus, BigInteger exponent) {
    if (!RSA_BITS.contains(modulus.bitLength())) {
      throw ApiError.badParameter("An RSA key has 2048, 3072 or 4096 bits, not " + modulus.bitLength() + ".");
    }
    if (exponent.bitLength() > Long.SIZE - 1 || !exponent.testBit(0) || exponent.compareTo(BigInteger.valueOf(3)) < 0) {
      throw ApiError.badParameter("The public exponent 'e' must be an odd number from 3 to 2^63-1.");
    }
    return new KeySpec.Rsa(modulus.bitLength(), exponent.longValueExact());
  }

  /** @throws ApiError 400 {@code BadParameter} when the vault has no such keys */
  static KeySpec oct(int bytes) {
    if (bytes < LEAST_OCT_BYTES || bytes > MOST_OCT_BYTES) {
      throw ApiError.badParameter("A symmetric key has " + LEAST_OCT_BYTES + " to " + MOST_OCT_BYTES + " bytes, not " + bytes
          + ".");
    }
    return new KeySpec.Oct(8 * bytes);
  }

  /** The public half, with the lengths of the contract. */
  static JsonWebKey publicHalf(ClearKey key) {
    if (key instanceof ClearKey.Rsa rsa) {
      return JsonWebKey.rsa(KeyType.RSA, EcEncoding.unsigned(number(rsa.n())), EcEncoding.unsigned(number(rsa.e())));
    }
    if (key instanceof ClearKey.Ec ec) {
      int length = ec.crv().coordinateBytes();
      return JsonWebKey.ec(KeyType.EC, ec.crv(), EcEncoding.fixedLength(number(ec.x()), length),
          EcEncoding.fixedLength(number(ec.y()), length));
    }
    return symmetric();
  }

  /** All that there is to show of a symmetric key. */
  static JsonWebKey symmetric() {
    return new JsonWebKey(null, KeyType.OCT, null, null, null, null, null, null);
  }

  static BigInteger number(byte[] bigEndian) {
    return new BigInteger(1, bigEndian);
  }

  static X9ECParameters curve(KeyCurve curve) {
    return CustomNamedCurves.getByName(curve.standardName());
  }

  private static KeySpec rsa(ClearKey.Rsa key) {
    BigInteger p = number(key.p());
    BigInteger q = number(key.q());
    BigInteger d = number(key.d());
    BigInteger n = number(key.n());
    BigInteger e = number(key.e());
    KeySpec spec = rsa(n, e);
    // Before anything is multiplied: numbers of a whole request's size would take seconds.
    if (p.bitLength() > n.bitLength() || q.bitLength() > n.bitLength()) {
      throw inconsistent("'p' and 'q' are larger than the modulus 'n'");
    }
    if (4 * Math.min(p.bitLength(), q.bitLength()) < n.bitLength()) {
      throw inconsistent("'p' or 'q' is so small that anyone finds it");
    }
    if (!p.multiply(q).equals(n)) {
      throw inconsistent("the modulus 'n' is not the product of 'p' and 'q'");
    }
    // Equal primes make n a square, which anyone factors.
    if (p.equals(q) || !p.isProbablePrime(PRIME_CERTAINTY) || !q.isProbablePrime(PRIME_CERTAINTY)) {
      throw inconsistent("'p' and 'q' are not two primes");
    }
    BigInteger p1 = p.subtract(BigInteger.ONE);
    BigInteger q1 = q.subtract(BigInteger.ONE);
    if (d.compareTo(n) >= 0 || !d.multiply(e).mod(p1).equals(BigInteger.ONE) || !d.multiply(e).mod(q1).equals(BigInteger.ONE)) {
      throw inconsistent("'d' is not the inverse of 'e'");
    }
    if (!d.mod(p1).equals(number(key.dp())) || !d.mod(q1).equals(number(key.dq()))
        || !q.modInverse(p).equals(number(key.qi()))) {
      throw inconsistent("'dp', 'dq' and 'qi' are not those of the other numbers");
    }
    return spec;
  }

  private static KeySpec ec(ClearKey.Ec key) {
    X9ECParameters curve = curve(key.crv());
    BigInteger x = number(key.x());
    BigInteger y = number(key.y());
    BigInteger d = number(key.d());
    BigInteger prime = curve.getCurve().getField().getCharacteristic();
    if (x.compareTo(prime) >= 0 || y.compareTo(prime) >= 0 || !curve.getCurve().createPoint(x, y).isValid()) {
      throw inconsistent("'x' and 'y' are no point of the curve " + key.crv());
    }
    if (d.signum() == 0 || d.compareTo(curve.getN()) >= 0) {
      throw inconsistent("'d' is not between 1 and the order of the curve");
    }
    ECPoint point = new FixedPointCombMultiplier().multiply(curve.getG(), d).normalize();
    if (!point.getAffineXCoord().toBigInteger().equals(x) || !point.getAffineYCoord().toBigInteger().equals(y)) {
      throw inconsistent("'x' and 'y' are not the point of 'd'");
    }
    return new KeySpec.Ec(key.crv());
  }

  private static ApiError inconsistent(String what) {
    return ApiError.badParameter("The parts of the key do not belong together: " + what + ".");
  }
}
