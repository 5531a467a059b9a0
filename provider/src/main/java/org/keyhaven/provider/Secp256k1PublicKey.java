package org.keyhaven.provider;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.HexFormat;
import org.keyhaven.client.local.Secp256k1;

/** A public key on secp256k1 (SEC 2, section 2.4.1), a curve that JDK 17 has no key factory for. */
final class Secp256k1PublicKey implements ECPublicKey {
  private static final long serialVersionUID = 1L;
  private static final int COORDINATE_BYTES = 32;

  /** SubjectPublicKeyInfo up to the point: id-ecPublicKey, 1.3.132.0.10, BIT STRING of 66 octets (RFC 5480, section 2). */
  private static final byte[] ENCODING_PREFIX =
      HexFormat.of().parseHex("3056301006072a8648ce3d020106052b8104000a034200");

  private final byte[] x;
  private final byte[] y;

  /** @throws IllegalArgumentException when the point is not on the curve */
  Secp256k1PublicKey(ECPoint point) {
    if (!Secp256k1.contains(point)) {
      throw new IllegalArgumentException("the point is not on secp256k1");
    }
    this.x = UnsignedBytes.of(point.getAffineX(), COORDINATE_BYTES);
    this.y = UnsignedBytes.of(point.getAffineY(), COORDINATE_BYTES);
  }

  @Override
  public ECPoint getW() {
    return new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
  }

  @Override
  public ECParameterSpec getParams() {
    return Secp256k1.PARAMETERS;
  }

  @Override
  public String getAlgorithm() {
    return "EC";
  }

  @Override
  public String getFormat() {
    return "X.509";
  }

  @Override
  public byte[] getEncoded() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(ENCODING_PREFIX.length + 1 + 2 * COORDINATE_BYTES);
    out.writeBytes(ENCODING_PREFIX);
    out.write(4);
    out.writeBytes(x);
    out.writeBytes(y);
    return out.toByteArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secp256k1PublicKey that && getW().equals(that.getW());
  }

  @Override
  public int hashCode() {
    return getW().hashCode();
  }

  @Override
  public String toString() {
    return "EC public key, secp256k1: " + HexFormat.of().formatHex(getEncoded());
  }
}
