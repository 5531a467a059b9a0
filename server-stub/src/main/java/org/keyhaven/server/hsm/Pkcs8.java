package org.keyhaven.server.hsm;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;

/** Private keys as PKCS#8 has them (RFC 5208; RFC 8017, appendix A.1.2; RFC 5915). */
final class Pkcs8 {
  private Pkcs8() { }

  /**
   * @param family RSA or EC
   * @throws IllegalArgumentException when it is no private key of that family, or of a curve that the vault has not
   */
  static ClearKey parse(byte[] der, KeyType.Family family) {
    try (ASN1InputStream input = new ASN1InputStream(der)) {
      PrivateKeyInfo info = PrivateKeyInfo.getInstance(input.readObject());
      // Some modules fill what they wrap with zeros, to a multiple of 8.
      byte[] rest = input.readAllBytes();
      if (info == null || rest.length >= CipherRules.SEMIBLOCK || !Arrays.equals(rest, new byte[rest.length])) {
        throw new IllegalArgumentException("not a private key alone");
      }
      return family == KeyType.Family.RSA ? rsa(info) : ec(info);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a private key", e);
    }
  }

  static byte[] encode(ClearKey key) {
    try {
      if (key instanceof ClearKey.Rsa rsa) {
        RSAPrivateKey structure = new RSAPrivateKey(number(rsa.n()), number(rsa.e()), number(rsa.d()), number(rsa.p()),
            number(rsa.q()), number(rsa.dp()), number(rsa.dq()), number(rsa.qi()));
        return new PrivateKeyInfo(new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE), structure)
            .getEncoded();
      }
      ClearKey.Ec ec = (ClearKey.Ec) key;
      ECPrivateKey structure = new ECPrivateKey(ClearKeyCheck.curve(ec.crv()).getN().bitLength(), number(ec.d()));
      return new PrivateKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey,
          new ASN1ObjectIdentifier(ec.crv().oid())), structure).getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("DER is written to memory", e);
    }
  }

  private static ClearKey rsa(PrivateKeyInfo info) throws IOException {
    if (!info.getPrivateKeyAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
      throw new IllegalArgumentException("not an RSA key");
    }
    RSAPrivateKey key = RSAPrivateKey.getInstance(info.parsePrivateKey());
    return new ClearKey.Rsa(bytes(key.getModulus()), bytes(key.getPublicExponent()), bytes(key.getPrivateExponent()),
        bytes(key.getPrime1()), bytes(key.getPrime2()), bytes(key.getExponent1()), bytes(key.getExponent2()),
        bytes(key.getCoefficient()));
  }

  /** The point is the private number's, whatever the structure says or leaves out. */
  private static ClearKey ec(PrivateKeyInfo info) throws IOException {
    AlgorithmIdentifier algorithm = info.getPrivateKeyAlgorithm();
    if (!algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      throw new IllegalArgumentException("not an EC key");
    }
    KeyCurve curve = EcEncoding.curve(algorithm.getParameters().toASN1Primitive().getEncoded());
    X9ECParameters parameters = ClearKeyCheck.curve(curve);
    BigInteger d = ECPrivateKey.getInstance(info.parsePrivateKey()).getKey();
    ECPoint point = new FixedPointCombMultiplier().multiply(parameters.getG(), d.mod(parameters.getN())).normalize();
    if (point.isInfinity()) {
      throw new IllegalArgumentException("not a private number of the curve");
    }
    return new ClearKey.Ec(curve, bytes(point.getAffineXCoord().toBigInteger()), bytes(point.getAffineYCoord().toBigInteger()),
        bytes(d));
  }

  private static BigInteger number(byte[] bigEndian) {
    return ClearKeyCheck.number(bigEndian);
  }

  private static byte[] bytes(BigInteger number) {
    if (number.signum() < 0) {
      throw new IllegalArgumentException("a negative number in a private key");
    }
    return EcEncoding.unsigned(number);
  }
}
