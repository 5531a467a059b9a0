package org.keyhaven.server.keys;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyType;

/** The public half of stored keys, for use in this process. */
final class PublicKeys {
  /**
   * One provider for all that is done with public keys, an instance of its own: the JDK has neither secp256k1 nor PKCS#1 and
   * PSS over a ready digest.
   */
  static final Provider PROVIDER = new BouncyCastleProvider();

  private PublicKeys() { }

  static PublicKey of(JsonWebKey key) throws GeneralSecurityException {
    if (key.kty().family() == KeyType.Family.RSA) {
      return KeyFactory.getInstance("RSA", PROVIDER)
          .generatePublic(new RSAPublicKeySpec(new BigInteger(1, key.n()), new BigInteger(1, key.e())));
    }
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC", PROVIDER);
    parameters.init(new ECGenParameterSpec(key.crv().standardName()));
    return KeyFactory.getInstance("EC", PROVIDER).generatePublic(new ECPublicKeySpec(
        new ECPoint(new BigInteger(1, key.x()), new BigInteger(1, key.y())),
        parameters.getParameterSpec(ECParameterSpec.class)));
  }
}
