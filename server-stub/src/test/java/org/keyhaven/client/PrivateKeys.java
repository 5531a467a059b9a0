package org.keyhaven.client;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECPoint;
import java.util.Arrays;
import java.util.List;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.PrivateJsonWebKey;

/** Keys of the JDK as JSON Web Keys. */
final class PrivateKeys {
  private PrivateKeys() { }

  static KeyPair newRsa(int bits) throws NoSuchAlgorithmException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  static PrivateJsonWebKey rsa(PrivateKey privateKey) {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) privateKey;
    return new PrivateJsonWebKey(KeyType.RSA, null, unsigned(key.getModulus()), unsigned(key.getPublicExponent()),
        unsigned(key.getPrivateExponent()), unsigned(key.getPrimeExponentP()), unsigned(key.getPrimeExponentQ()),
        unsigned(key.getCrtCoefficient()), unsigned(key.getPrimeP()), unsigned(key.getPrimeQ()), null, null, null, null, null);
  }

  static PrivateJsonWebKey ec(KeyCurve curve, KeyPair pair) {
    ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
    return new PrivateJsonWebKey(KeyType.EC, null, null, null, coordinate(((ECPrivateKey) pair.getPrivate()).getS(), curve), null,
        null, null, null, null, null, null, curve, coordinate(point.getAffineX(), curve), coordinate(point.getAffineY(), curve));
  }

  private static byte[] coordinate(BigInteger number, KeyCurve curve) {
    byte[] bytes = unsigned(number);
    byte[] full = new byte[curve.coordinateBytes()];
    System.arraycopy(bytes, 0, full, full.length - bytes.length, bytes.length);
    return full;
  }

  /** @param operations none for all */
  static PrivateJsonWebKey oct(KeyType type, byte[] octets, KeyOperation... operations) {
    return new PrivateJsonWebKey(type, operations.length == 0 ? null : List.of(operations), null, null, null, null, null, null,
        null, null, octets, null, null, null, null);
  }

  static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }
}
