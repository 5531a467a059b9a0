package org.keyhaven.server.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.hsm.ClearKey;

/** Private keys as files have them (RFC 5958; RFC 8017, appendix A.1.2; RFC 5915). Errors never quote: it is the key. */
final class ImportedKeys {
  private ImportedKeys() { }

  /** @throws ApiError 400 when it is neither an RSA nor an EC key */
  static ClearKey of(PrivateKeyInfo info) {
    try {
      ASN1ObjectIdentifier algorithm = info.getPrivateKeyAlgorithm().getAlgorithm();
      if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
        return rsa(RSAPrivateKey.getInstance(info.parsePrivateKey()));
      }
      if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
        return ec(ECPrivateKey.getInstance(info.parsePrivateKey()),
            ASN1ObjectIdentifier.getInstance(info.getPrivateKeyAlgorithm().getParameters()));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw malformed();
    }
    throw ApiError.badParameter("The private key in 'value' is neither an RSA nor an EC key.");
  }

  /** @throws ApiError 400 when it has more than two primes */
  static ClearKey rsa(RSAPrivateKey key) {
    if (key.getVersion().signum() != 0) {
      throw ApiError.badParameter("The RSA key in 'value' has more than two primes.");
    }
    return new ClearKey.Rsa(key.getModulus().toByteArray(), key.getPublicExponent().toByteArray(),
        key.getPrivateExponent().toByteArray(), key.getPrime1().toByteArray(), key.getPrime2().toByteArray(),
        key.getExponent1().toByteArray(), key.getExponent2().toByteArray(), key.getCoefficient().toByteArray());
  }

  /**
   * Makes the public half, which files may leave out.
   *
   * @param oid of the curve; null when the file does not say
   * @throws ApiError 400 when the vault has no such curve, or the number is none of its keys
   */
  static ClearKey ec(ECPrivateKey key, ASN1ObjectIdentifier oid) {
    KeyCurve curve = Arrays.stream(KeyCurve.values()).filter(one -> oid != null && one.oid().equals(oid.getId())).findFirst()
        .orElseThrow(() -> ApiError.badParameter(
            "The EC key in 'value' is on none of the curves P-256, P-384, P-521, P-256K."));
    X9ECParameters parameters = CustomNamedCurves.getByName(curve.standardName());
    BigInteger d = key.getKey();
    if (d.signum() <= 0 || d.compareTo(parameters.getN()) >= 0) {
      throw malformed();
    }
    ECPoint point = new FixedPointCombMultiplier().multiply(parameters.getG(), d).normalize();
    return new ClearKey.Ec(curve, point.getAffineXCoord().getEncoded(), point.getAffineYCoord().getEncoded(),
        d.toByteArray());
  }

  /** Of a software type; not yet checked to belong to the private half. */
  static JsonWebKey publicHalf(ClearKey key) {
    if (key instanceof ClearKey.Rsa rsa) {
      return JsonWebKey.rsa(KeyType.RSA, rsa.n(), rsa.e());
    }
    if (key instanceof ClearKey.Ec ec) {
      return JsonWebKey.ec(KeyType.EC, ec.crv(), ec.x(), ec.y());
    }
    throw new IllegalArgumentException("no key of a certificate: " + key);
  }

  static ApiError malformed() {
    return ApiError.badParameter("The private key in 'value' cannot be read.");
  }
}
