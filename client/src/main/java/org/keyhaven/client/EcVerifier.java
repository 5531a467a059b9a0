package org.keyhaven.client;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidParameterSpecException;
import java.util.Arrays;
import java.util.Optional;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** ECDSA over a given digest (FIPS 186-5, section 6.4.2), by the JDK's own provider, whatever else is installed. */
final class EcVerifier implements Verifier {
  private static final String SUN_EC = "SunEC";

  private final PublicKey key;
  private final BigInteger order;
  private final int coordinateBytes;

  private EcVerifier(PublicKey key, BigInteger order, int coordinateBytes) {
    this.key = key;
    this.order = order;
    this.coordinateBytes = coordinateBytes;
  }

  static Optional<Verifier> of(JsonWebKey jwk) throws GeneralSecurityException {
    if (jwk.crv() == null || jwk.x() == null || jwk.y() == null) {
      throw new InvalidKeyException("an EC key without curve or point");
    }
    if (jwk.crv() == KeyCurve.P_256K) {
      // The JDK still knows the name, but since version 16 cannot compute on it; the vault verifies instead.
      return Optional.empty();
    }
    ECParameterSpec curve;
    KeyFactory factory;
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC", SUN_EC);
      parameters.init(new ECGenParameterSpec(jwk.crv().standardName()));
      curve = parameters.getParameterSpec(ECParameterSpec.class);
      factory = KeyFactory.getInstance("EC", SUN_EC);
    } catch (InvalidParameterSpecException | NoSuchProviderException | NoSuchAlgorithmException e) {
      // A trimmed runtime may lack SunEC.
      return Optional.empty();
    }
    ECPoint point = new ECPoint(new BigInteger(1, jwk.x()), new BigInteger(1, jwk.y()));
    requireOnCurve(point, curve);
    PublicKey key = factory.generatePublic(new ECPublicKeySpec(point, curve));
    return Optional.of(new EcVerifier(key, curve.getOrder(), jwk.crv().coordinateBytes()));
  }

  private static void requireOnCurve(ECPoint point, ECParameterSpec spec) throws InvalidKeyException {
    BigInteger p = ((ECFieldFp) spec.getCurve().getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    BigInteger right = x.pow(3).add(spec.getCurve().getA().multiply(x)).add(spec.getCurve().getB());
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || y.pow(2).subtract(right).mod(p).signum() != 0) {
      throw new InvalidKeyException("not a point of its curve");
    }
  }

  @Override
  public boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) throws GeneralSecurityException {
    // Checked here too: JDKs before 17.0.3 accepted zero (CVE-2022-21449).
    if (signature.length != 2 * coordinateBytes || !inRange(signature, 0) || !inRange(signature, coordinateBytes)) {
      return false;
    }
    Signature verifier = Signature.getInstance("NONEwithECDSAinP1363Format", SUN_EC);
    verifier.initVerify(key);
    verifier.update(digest);
    try {
      return verifier.verify(signature);
    } catch (SignatureException e) {
      // How JCA says that the signature is not one at all.
      return false;
    }
  }

  private boolean inRange(byte[] signature, int from) {
    BigInteger number = new BigInteger(1, Arrays.copyOfRange(signature, from, from + coordinateBytes));
    return number.signum() > 0 && number.compareTo(order) < 0;
  }
}
