package org.keyhaven.provider;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;
import org.keyhaven.client.local.Secp256k1;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;

/** JDK public keys from what the vault shows. The JDK's own factories are named, so that no other provider's keys appear. */
final class PublicKeys {
  private PublicKeys() { }

  /** @throws InvalidKeySpecException when the vault's answer is no RSA or EC public key */
  static PublicKey of(JsonWebKey key) throws InvalidKeySpecException {
    try {
      return switch (key.kty().family()) {
        case RSA -> rsa(new BigInteger(1, key.n()), new BigInteger(1, key.e()));
        case EC -> ec(key.crv(), new ECPoint(new BigInteger(1, key.x()), new BigInteger(1, key.y())));
        case OCT -> throw new InvalidKeySpecException("a key of type " + key.kty() + " has no public half");
      };
    } catch (InvalidKeySpecException e) {
      throw e;
    } catch (GeneralSecurityException | IllegalArgumentException | NullPointerException e) {
      throw new InvalidKeySpecException("the vault's answer is no " + key.kty() + " key", e);
    }
  }

  private static RSAPublicKey rsa(BigInteger modulus, BigInteger exponent) throws GeneralSecurityException {
    return (RSAPublicKey) KeyFactory.getInstance("RSA", "SunRsaSign")
        .generatePublic(new RSAPublicKeySpec(modulus, exponent));
  }

  /** The same key, for RSASSA-PSS alone and with any parameters. */
  static RSAPublicKey pss(RSAPublicKey key) throws InvalidKeySpecException {
    try {
      return (RSAPublicKey) KeyFactory.getInstance(VaultRsaPrivateKey.PSS, "SunRsaSign")
          .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    } catch (InvalidKeySpecException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new InvalidKeySpecException("no RSASSA-PSS keys", e);
    }
  }

  private static ECPublicKey ec(KeyCurve curve, ECPoint point) throws GeneralSecurityException {
    if (curve == KeyCurve.P_256K) {
      return new Secp256k1PublicKey(point);
    }
    return (ECPublicKey) KeyFactory.getInstance("EC", "SunEC").generatePublic(new ECPublicKeySpec(point, parameters(curve)));
  }

  /** Which of the service's curves these parameters are. */
  static Optional<KeyCurve> curveOf(ECParameterSpec given) {
    for (KeyCurve curve : KeyCurve.values()) {
      if (sameCurve(given, parameters(curve))) {
        return Optional.of(curve);
      }
    }
    return Optional.empty();
  }

  static boolean sameCurve(ECParameterSpec one, ECParameterSpec other) {
    return one.getCurve().getField().equals(other.getCurve().getField())
        && one.getCurve().getA().equals(other.getCurve().getA())
        && one.getCurve().getB().equals(other.getCurve().getB())
        && one.getGenerator().equals(other.getGenerator())
        && one.getOrder().equals(other.getOrder());
  }

  private static ECParameterSpec parameters(KeyCurve curve) {
    if (curve == KeyCurve.P_256K) {
      return Secp256k1.PARAMETERS;
    }
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC", "SunEC");
      parameters.init(new ECGenParameterSpec(curve.standardName()));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new ProviderException("this Java runtime has no " + curve.standardName(), e);
    }
  }
}
