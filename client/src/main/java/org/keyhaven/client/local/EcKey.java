package org.keyhaven.client.local;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidParameterSpecException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * ECDSA over a given digest (FIPS 186-5, section 6.4) by the JDK's own provider; on secp256k1, which that lacks, verification
 * alone, by {@link Curve}. A runtime without SunEC can do nothing on the other curves.
 */
final class EcKey implements LocalKey {
  private static final String SUN_EC = "SunEC";

  private final KeyCurve name;
  /** Null where SunEC is missing, and with it the curve's parameters. */
  private final Curve curve;
  private final ECPoint point;
  /** Null on secp256k1, and where SunEC is missing. */
  private final PublicKey publicKey;
  /** Null for a public half, and where there is no {@link #publicKey}. */
  private final PrivateKey privateKey;

  private EcKey(KeyCurve name, Curve curve, ECPoint point, PublicKey publicKey, PrivateKey privateKey) {
    this.name = name;
    this.curve = curve;
    this.point = point;
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  static EcKey ofPublic(KeyCurve name, byte[] x, byte[] y) throws GeneralSecurityException {
    return make(name, x, y, null);
  }

  static EcKey of(PrivateJsonWebKey key) throws GeneralSecurityException {
    EcKey made = make(key.crv(), key.x(), key.y(), key.d());
    if (made.privateKey != null) {
      made.requirePair();
    }
    return made;
  }

  /** @param d null for a public half */
  private static EcKey make(KeyCurve name, byte[] x, byte[] y, byte[] d) throws GeneralSecurityException {
    if (name == null || x == null || y == null) {
      throw new InvalidKeyException("an EC key without curve or point");
    }
    ECPoint point = new ECPoint(Octets.number(x), Octets.number(y));
    if (name == KeyCurve.P_256K) {
      requireOnCurve(point, Secp256k1.CURVE);
      return new EcKey(name, Secp256k1.CURVE, point, null, null);
    }
    ECParameterSpec parameters;
    KeyFactory factory;
    try {
      AlgorithmParameters named = AlgorithmParameters.getInstance("EC", SUN_EC);
      named.init(new ECGenParameterSpec(name.standardName()));
      parameters = named.getParameterSpec(ECParameterSpec.class);
      factory = KeyFactory.getInstance("EC", SUN_EC);
    } catch (InvalidParameterSpecException | NoSuchProviderException | NoSuchAlgorithmException e) {
      // A trimmed runtime may lack SunEC.
      return new EcKey(name, null, point, null, null);
    }
    Curve curve = new Curve(parameters);
    requireOnCurve(point, curve);
    return new EcKey(name, curve, point, factory.generatePublic(new ECPublicKeySpec(point, parameters)),
        d == null ? null : factory.generatePrivate(new ECPrivateKeySpec(requireInRange(d, parameters), parameters)));
  }

  private static void requireOnCurve(ECPoint point, Curve curve) throws InvalidKeyException {
    if (!curve.contains(point)) {
      throw new InvalidKeyException("not a point of its curve");
    }
  }

  private static BigInteger requireInRange(byte[] d, ECParameterSpec spec) throws InvalidKeyException {
    BigInteger number = Octets.number(d);
    if (number.signum() == 0 || number.compareTo(spec.getOrder()) >= 0) {
      throw new InvalidKeyException("an EC key whose private half is out of range");
    }
    return number;
  }

  private void requirePair() throws GeneralSecurityException {
    SignatureAlgorithm algorithm = Arrays.stream(SignatureAlgorithm.values()).filter(row -> row.curve() == name).findFirst()
        .orElseThrow();
    byte[] probe = new byte[algorithm.hash().bytes()];
    probe[0] = 1;
    if (!verify(algorithm, probe, sign(algorithm, probe))) {
      throw new InvalidKeyException("an EC key whose private half does not belong to its public half");
    }
  }

  @Override
  public Set<KeyOperation> operations() {
    if (privateKey != null) {
      return EnumSet.of(KeyOperation.SIGN, KeyOperation.VERIFY);
    }
    return curve != null ? EnumSet.of(KeyOperation.VERIFY) : EnumSet.noneOf(KeyOperation.class);
  }

  @Override
  public int bits() {
    return name.fieldBits();
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, byte[] digest) throws GeneralSecurityException {
    requireFit(algorithm);
    Signature signer = signature();
    signer.initSign(privateKey);
    signer.update(digest);
    return signer.sign();
  }

  @Override
  public boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) throws GeneralSecurityException {
    requireFit(algorithm);
    if (publicKey == null) {
      return curve.verify(point, digest, signature);
    }
    int coordinate = name.coordinateBytes();
    // Checked here too: JDKs before 17.0.3 accepted zero (CVE-2022-21449).
    if (signature.length != 2 * coordinate || isZero(signature, 0) || isZero(signature, coordinate)) {
      return false;
    }
    Signature verifier = signature();
    verifier.initVerify(publicKey);
    verifier.update(digest);
    try {
      return verifier.verify(signature) || curve.mayBeReduced(signature) && curve.verify(point, digest, signature);
    } catch (SignatureException e) {
      // How JCA says that the signature is not one at all.
      return false;
    }
  }

  private static Signature signature() throws GeneralSecurityException {
    return Signature.getInstance("NONEwithECDSAinP1363Format", SUN_EC);
  }

  private boolean isZero(byte[] signature, int from) {
    return Octets.number(Arrays.copyOfRange(signature, from, from + name.coordinateBytes())).signum() == 0;
  }

  private void requireFit(SignatureAlgorithm algorithm) {
    if (!algorithm.fits(KeyType.Family.EC, name)) {
      throw LocalKey.misfit(algorithm, KeyType.Family.EC);
    }
  }

  @Override
  public Ciphertext encrypt(EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv, byte[] aad) {
    throw LocalKey.misfit(algorithm, KeyType.Family.EC);
  }

  @Override
  public byte[] decrypt(EncryptionAlgorithm algorithm, Ciphertext ciphertext, byte[] aad) {
    throw LocalKey.misfit(algorithm, KeyType.Family.EC);
  }

  @Override
  public String toString() {
    return (privateKey == null ? "the public half of an EC key on " : "an EC key on ") + name;
  }
}
