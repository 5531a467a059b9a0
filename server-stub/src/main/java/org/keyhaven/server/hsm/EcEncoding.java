package org.keyhaven.server.hsm;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;

/** How PKCS#11 writes curves and points (PKCS#11 Current Mechanisms v3.0, section 2.3.3). */
final class EcEncoding {
  private static final int UNCOMPRESSED = 4;

  private EcEncoding() { }

  /** CKA_EC_PARAMS: the DER of the curve's object identifier. */
  static byte[] parameters(KeyCurve curve) {
    try {
      return new ASN1ObjectIdentifier(curve.oid()).getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The curve of which these are the parameters.
   *
   * @throws IllegalArgumentException when they name none that the service has
   */
  static KeyCurve curve(byte[] parameters) {
    for (KeyCurve curve : KeyCurve.values()) {
      if (Arrays.equals(parameters, parameters(curve))) {
        return curve;
      }
    }
    throw new IllegalArgumentException("not one of the service's curves");
  }

  /**
   * The public key of CKA_EC_POINT: an uncompressed point within a DER OCTET STRING as the standard has it, or bare as some
   * modules have it.
   *
   * @throws IllegalArgumentException when it is neither
   */
  static JsonWebKey publicKey(KeyCurve curve, byte[] ecPoint) {
    int length = curve.coordinateBytes();
    byte[] point = ecPoint.length == 1 + 2 * length ? ecPoint : unwrapped(ecPoint);
    if (point.length != 1 + 2 * length || point[0] != UNCOMPRESSED) {
      throw new IllegalArgumentException("not an uncompressed point of " + curve);
    }
    return JsonWebKey.ec(KeyType.EC, curve, Arrays.copyOfRange(point, 1, 1 + length),
        Arrays.copyOfRange(point, 1 + length, point.length));
  }

  /** Big-endian, without a sign octet, left-padded to {@code length}. */
  static byte[] fixedLength(BigInteger value, int length) {
    byte[] bytes = value.toByteArray();
    int from = bytes[0] == 0 ? 1 : 0;
    byte[] fixed = new byte[length];
    System.arraycopy(bytes, from, fixed, length - (bytes.length - from), bytes.length - from);
    return fixed;
  }

  /** Big-endian, without leading zero octets. */
  static byte[] unsigned(BigInteger value) {
    return fixedLength(value, Math.max(1, (value.bitLength() + 7) / 8));
  }

  private static byte[] unwrapped(byte[] der) {
    try {
      return ASN1OctetString.getInstance(der).getOctets();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a point", e);
    }
  }
}
