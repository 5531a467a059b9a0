package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECPoint;
import java.util.Arrays;
import java.util.List;
import javax.crypto.SecretKey;

/**
 * A key on its way into a vault (RFC 7517; RFC 7518, section 6): the private or secret parts in the clear, or in their place
 * {@code key_hsm}, a {@link KeyTransferBlob}. All numbers are big-endian. It never prints itself; {@link #wipe} forgets it.
 *
 * @param kty the type that it shall have
 * @param keyOps what it may do; null for all that its type can
 * @param d RSA private exponent, or private number of an EC key
 * @param k the octets of a symmetric key
 * @param keyHsm the JSON of a transfer blob
 */
public record PrivateJsonWebKey(KeyType kty, @JsonProperty("key_ops") List<KeyOperation> keyOps, byte[] n, byte[] e,
    byte[] d, byte[] dp, byte[] dq, byte[] qi, byte[] p, byte[] q, byte[] k, @JsonProperty("key_hsm") byte[] keyHsm,
    KeyCurve crv, byte[] x, byte[] y) {

  /**
   * A key pair of the JDK or any other provider, RSA or EC, for a software key.
   *
   * @throws InvalidKeyException when its numbers cannot be had (an HSM keeps it), or no vault takes such keys
   */
  public static PrivateJsonWebKey of(KeyPair pair) throws InvalidKeyException {
    if (pair.getPrivate() instanceof RSAPrivateCrtKey rsa) {
      return of(rsa);
    }
    if (pair.getPrivate() instanceof ECPrivateKey ec && pair.getPublic() instanceof ECPublicKey publicKey) {
      return of(publicKey, ec);
    }
    throw new InvalidKeyException("not an RSA or EC key pair whose numbers can be had: " + pair.getPrivate().getAlgorithm());
  }

  /** An RSA key, for a software key. */
  public static PrivateJsonWebKey of(RSAPrivateCrtKey key) {
    return new PrivateJsonWebKey(KeyType.RSA, null, unsigned(key.getModulus()), unsigned(key.getPublicExponent()),
        unsigned(key.getPrivateExponent()), unsigned(key.getPrimeExponentP()), unsigned(key.getPrimeExponentQ()),
        unsigned(key.getCrtCoefficient()), unsigned(key.getPrimeP()), unsigned(key.getPrimeQ()), null, null, null, null,
        null);
  }

  /**
   * An EC key, for a software key. JCA's private keys do not hold their public half.
   *
   * @throws InvalidKeyException when no vault takes keys on its curve
   */
  public static PrivateJsonWebKey of(ECPublicKey publicKey, ECPrivateKey privateKey) throws InvalidKeyException {
    KeyCurve curve = KeyCurve.of(privateKey.getParams())
        .orElseThrow(() -> new InvalidKeyException("not a curve of the service"));
    ECPoint point = publicKey.getW();
    if (!publicKey.getParams().getOrder().equals(curve.order())) {
      throw new InvalidKeyException("public and private key are not on the same curve");
    }
    int length = curve.coordinateBytes();
    return new PrivateJsonWebKey(KeyType.EC, null, null, null, padded(privateKey.getS(), length), null, null, null, null,
        null, null, null, curve, padded(point.getAffineX(), length), padded(point.getAffineY(), length));
  }

  /**
   * A symmetric key, for AES or HMAC. Only a Managed HSM takes it.
   *
   * @throws InvalidKeyException when its octets cannot be had
   */
  public static PrivateJsonWebKey of(SecretKey key) throws InvalidKeyException {
    byte[] octets = key.getEncoded();
    if (octets == null) {
      throw new InvalidKeyException("a symmetric key whose octets cannot be had: " + key.getAlgorithm());
    }
    return new PrivateJsonWebKey(KeyType.OCT_HSM, null, null, null, null, null, null, null, null, null, octets, null, null,
        null, null);
  }

  /**
   * A key wrapped for the vault's HSM.
   *
   * @param curve null for what is no EC key
   */
  public static PrivateJsonWebKey wrapped(KeyType.Family family, KeyCurve curve, KeyTransferBlob blob) {
    return new PrivateJsonWebKey(KeyType.of(family, true), null, null, null, null, null, null, null, null, null, null,
        blob.toJson(), curve, null, null);
  }

  /** The same key, for these uses alone. */
  public PrivateJsonWebKey withKeyOps(KeyOperation... operations) {
    return new PrivateJsonWebKey(kty, List.of(operations), n, e, d, dp, dq, qi, p, q, k, keyHsm, crv, x, y);
  }

  /** Overwrites the secret parts with zeros; the key is of no use then. */
  public void wipe() {
    for (byte[] secret : new byte[][] {d, dp, dq, qi, p, q, k}) {
      if (secret != null) {
        Arrays.fill(secret, (byte) 0);
      }
    }
  }

  @Override
  public String toString() {
    return "a private key of type " + kty;
  }

  /** Without the zero octet of the sign. */
  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    if (bytes[0] != 0) {
      return bytes;
    }
    byte[] trimmed = Arrays.copyOfRange(bytes, 1, bytes.length);
    Arrays.fill(bytes, (byte) 0);
    return trimmed;
  }

  private static byte[] padded(BigInteger number, int length) {
    byte[] bytes = unsigned(number);
    byte[] full = new byte[length];
    System.arraycopy(bytes, 0, full, length - bytes.length, bytes.length);
    return full;
  }
}
