package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigInteger;
import java.security.spec.ECParameterSpec;
import java.util.Optional;

/** The {@code crv} of an EC key. */
public enum KeyCurve {
  P_256("P-256", "secp256r1", "1.2.840.10045.3.1.7", 256,
      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
  P_384("P-384", "secp384r1", "1.3.132.0.34", 384,
      "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
  P_521("P-521", "secp521r1", "1.3.132.0.35", 521,
      "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
          + "a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"),
  P_256K("P-256K", "secp256k1", "1.3.132.0.10", 256,
      "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

  private final String wireName;
  private final String standardName;
  private final String oid;
  private final int fieldBits;
  private final BigInteger order;

  KeyCurve(String wireName, String standardName, String oid, int fieldBits, String order) {
    this.wireName = wireName;
    this.standardName = standardName;
    this.oid = oid;
    this.fieldBits = fieldBits;
    this.order = new BigInteger(order, 16);
  }

  @JsonValue
  public String wireName() {
    return wireName;
  }

  /** The name of SEC 2, which JCA's {@code ECGenParameterSpec} takes. */
  public String standardName() {
    return standardName;
  }

  /** The object identifier in dotted form (RFC 5480; SEC 2). */
  public String oid() {
    return oid;
  }

  public int fieldBits() {
    return fieldBits;
  }

  /** The order of the base point, n (SEC 2; SP 800-186). */
  public BigInteger order() {
    return order;
  }

  /** The curve that JCA calls by its numbers; empty when it is none of these. That a point lies on it is not checked. */
  public static Optional<KeyCurve> of(ECParameterSpec spec) {
    for (KeyCurve curve : values()) {
      if (curve.order.equals(spec.getOrder())) {
        return Optional.of(curve);
      }
    }
    return Optional.empty();
  }

  /** Length in bytes of a coordinate, and of each of r and s in a signature. */
  public int coordinateBytes() {
    return (fieldBits + 7) / 8;
  }

  /** @throws IllegalArgumentException when no curve has this name */
  @JsonCreator
  public static KeyCurve fromWire(String name) {
    for (KeyCurve curve : values()) {
      if (curve.wireName.equals(name)) {
        return curve;
      }
    }
    // SECP256K1 is what early previews called P-256K; shipping clients still send it.
    if ("SECP256K1".equals(name)) {
      return P_256K;
    }
    throw new IllegalArgumentException("unknown curve: " + name);
  }

  @Override
  public String toString() {
    return wireName;
  }
}
