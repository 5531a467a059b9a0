package org.keyhaven.provider;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Set;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;

/**
 * What kind of key to generate.
 *
 * @param keySize bits of an RSA modulus; null for EC
 * @param curve null for RSA
 */
record KeyShape(KeyType.Family family, Integer keySize, KeyCurve curve) {
  private static final Set<Integer> RSA_SIZES = Set.of(2048, 3072, 4096);

  static KeyShape standard(KeyType.Family family) {
    return family == KeyType.Family.RSA ? rsa(3072) : ec(KeyCurve.P_256);
  }

  static KeyShape rsa(int bits) {
    if (!RSA_SIZES.contains(bits)) {
      throw new InvalidParameterException("a vault makes RSA keys of 2048, 3072 and 4096 bits, not " + bits);
    }
    return new KeyShape(KeyType.Family.RSA, bits, null);
  }

  static KeyShape ec(KeyCurve curve) {
    return new KeyShape(KeyType.Family.EC, null, curve);
  }

  /** @throws InvalidParameterException when there is no such key */
  static KeyShape ofSize(KeyType.Family family, int bits) {
    if (family == KeyType.Family.RSA) {
      return rsa(bits);
    }
    return ec(switch (bits) {
      case 256 -> KeyCurve.P_256;
      case 384 -> KeyCurve.P_384;
      case 521 -> KeyCurve.P_521;
      default -> throw new InvalidParameterException("a vault makes EC keys of 256, 384 and 521 bits, not " + bits);
    });
  }

  /** The shape that JCA's own parameters describe. */
  static KeyShape of(KeyType.Family family, AlgorithmParameterSpec parameters) throws InvalidAlgorithmParameterException {
    if (family == KeyType.Family.RSA && parameters instanceof RSAKeyGenParameterSpec rsa) {
      if (!RSAKeyGenParameterSpec.F4.equals(rsa.getPublicExponent())) {
        throw new InvalidAlgorithmParameterException("a vault makes RSA keys with the exponent 65537, not "
            + rsa.getPublicExponent());
      }
      return checked(() -> rsa(rsa.getKeysize()));
    }
    if (family == KeyType.Family.EC && parameters instanceof ECGenParameterSpec named) {
      return ec(curve(named));
    }
    if (family == KeyType.Family.EC && parameters instanceof ECParameterSpec curve) {
      return ec(curve(curve, "the given curve"));
    }
    throw new InvalidAlgorithmParameterException("parameters for " + family + " keys were expected, not "
        + (parameters == null ? "none" : parameters.getClass().getName()));
  }

  /** The shape of a bare key. */
  static KeyShape of(KeyType.Family family, VaultKeyGenParameterSpec spec) throws InvalidAlgorithmParameterException {
    if (family == KeyType.Family.RSA ? spec.curve() != null : spec.keySize() != null) {
      throw new InvalidAlgorithmParameterException("RSA keys have a size and EC keys have a curve");
    }
    if (spec.keySize() != null) {
      return checked(() -> rsa(spec.keySize()));
    }
    return spec.curve() != null ? ec(spec.curve()) : standard(family);
  }

  private static KeyCurve curve(ECGenParameterSpec named) throws InvalidAlgorithmParameterException {
    ECParameterSpec parameters;
    try {
      AlgorithmParameters known = AlgorithmParameters.getInstance("EC", "SunEC");
      known.init(named);
      parameters = known.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new InvalidAlgorithmParameterException("unknown curve: " + named.getName(), e);
    }
    return curve(parameters, named.getName());
  }

  private static KeyCurve curve(ECParameterSpec parameters, String name) throws InvalidAlgorithmParameterException {
    return PublicKeys.curveOf(parameters).filter(curve -> curve != KeyCurve.P_256K).orElseThrow(
        () -> new InvalidAlgorithmParameterException("keys with a certificate are on P-256, P-384 or P-521, not on " + name
            + " (for P-256K initialize with a VaultKeyGenParameterSpec)"));
  }

  @FunctionalInterface
  private interface Shaping {
    KeyShape make();
  }

  private static KeyShape checked(Shaping shaping) throws InvalidAlgorithmParameterException {
    try {
      return shaping.make();
    } catch (InvalidParameterException e) {
      throw new InvalidAlgorithmParameterException(e.getMessage(), e);
    }
  }
}
