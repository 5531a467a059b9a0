package org.keyhaven.jmh.harness;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;

/** What the JDK verifies with: a vault's word for a public key, without the client's own code for that. */
public final class PublicHalf {
  private PublicHalf() { }

  /** @param key RSA, or EC on P-256 */
  public static PublicKey of(JsonWebKey key) throws GeneralSecurityException {
    if (key.n() != null) {
      return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(positive(key.n()), positive(key.e())));
    }
    if (key.crv() != KeyCurve.P_256) {
      throw new IllegalArgumentException("neither RSA nor P-256: " + key.kid());
    }
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(new ECPoint(positive(key.x()), positive(key.y())),
        curve.getParameterSpec(ECParameterSpec.class)));
  }

  private static BigInteger positive(byte[] magnitude) {
    return new BigInteger(1, magnitude);
  }
}
