package org.keyhaven.server.hsm;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;

/**
 * The public point of a private key that only signs: a module does not tell it of a key that it unwrapped. A signature fits
 * few points (SEC 1, section 4.1.6); the one that two signatures have in common is the key's.
 */
final class EcPoint {
  private EcPoint() { }

  /** Makes a signature r||s of a digest. */
  @FunctionalInterface
  interface Signer<E extends Exception> {
    byte[] sign(byte[] digest) throws E;
  }

  /** @throws IllegalArgumentException when what signs is no key of the curve */
  static <E extends Exception> JsonWebKey recover(KeyCurve curve, Signer<E> signer) throws E {
    Set<ECPoint> points = new HashSet<>();
    for (byte number = 1; number <= 2; number++) {
      byte[] digest = new byte[32];
      Arrays.fill(digest, number);
      Set<ECPoint> fitting = fitting(curve, digest, signer.sign(digest));
      if (number == 1) {
        points.addAll(fitting);
      } else {
        points.retainAll(fitting);
      }
    }
    if (points.size() != 1) {
      throw new IllegalArgumentException("not a key of the curve " + curve);
    }
    ECPoint point = points.iterator().next();
    return EcEncoding.publicKey(curve, point.getEncoded(false));
  }

  /** The points for which the signature is good: one of up to two x that r stands for, each with two y. */
  private static Set<ECPoint> fitting(KeyCurve curve, byte[] digest, byte[] signature) {
    X9ECParameters parameters = ClearKeyCheck.curve(curve);
    BigInteger order = parameters.getN();
    int length = curve.coordinateBytes();
    BigInteger r = new BigInteger(1, signature, 0, length);
    BigInteger s = new BigInteger(1, signature, length, length);
    BigInteger inverse = r.modInverse(order);
    BigInteger ofBase = inverse.multiply(new BigInteger(1, digest)).negate().mod(order);
    BigInteger prime = parameters.getCurve().getField().getCharacteristic();
    Set<ECPoint> points = new HashSet<>();
    for (BigInteger x = r; x.compareTo(prime) < 0; x = x.add(order)) {
      for (byte sign = 2; sign <= 3; sign++) {
        byte[] compressed = new byte[1 + length];
        compressed[0] = sign;
        System.arraycopy(EcEncoding.fixedLength(x, length), 0, compressed, 1, length);
        try {
          ECPoint nonce = parameters.getCurve().decodePoint(compressed);
          points.add(ECAlgorithms.sumOfTwoMultiplies(parameters.getG(), ofBase, nonce,
              inverse.multiply(s).mod(order)).normalize());
        } catch (IllegalArgumentException e) {
          // No point has this x: one candidate less.
          continue;
        }
      }
    }
    return points;
  }
}
