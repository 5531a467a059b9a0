package org.keyhaven.client;

import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Arrays;
import java.util.List;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.PrivateJsonWebKey;

/** Keys of the JDK as JSON Web Keys. */
final class PrivateKeys {
  private PrivateKeys() { }

  static PrivateJsonWebKey rsa(PrivateKey privateKey) {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) privateKey;
    return new PrivateJsonWebKey(KeyType.RSA, null, unsigned(key.getModulus()), unsigned(key.getPublicExponent()),
        unsigned(key.getPrivateExponent()), unsigned(key.getPrimeExponentP()), unsigned(key.getPrimeExponentQ()),
        unsigned(key.getCrtCoefficient()), unsigned(key.getPrimeP()), unsigned(key.getPrimeQ()), null, null, null, null, null);
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
