package org.keyhaven.server.keys;

import static org.keyhaven.server.keys.KeysApi.base64;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.keyhaven.client.wire.KeyCurve;

/** Keys made in the test, which the vault gets to import, and what an independent implementation does with them. */
final class LocalKeys {
  static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
  private static final Map<Object, KeyPair> MADE = new ConcurrentHashMap<>();

  private LocalKeys() { }

  static KeyPair rsa() {
    return MADE.computeIfAbsent(2048, bits -> {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  static KeyPair ec(KeyCurve curve) {
    return MADE.computeIfAbsent(curve, key -> {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BOUNCY_CASTLE);
        generator.initialize(new ECGenParameterSpec(curve.standardName()));
        return generator.generateKeyPair();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  static String rsaJwk(String kty, PrivateKey key, String more) {
    RSAPrivateCrtKey rsa = (RSAPrivateCrtKey) key;
    return "{\"kty\":\"" + kty + "\"" + part("n", rsa.getModulus()) + part("e", rsa.getPublicExponent())
        + part("d", rsa.getPrivateExponent()) + part("p", rsa.getPrimeP()) + part("q", rsa.getPrimeQ())
        + part("dp", rsa.getPrimeExponentP()) + part("dq", rsa.getPrimeExponentQ()) + part("qi", rsa.getCrtCoefficient())
        + more + "}";
  }

  static String ecJwk(String kty, KeyCurve curve, String more) {
    KeyPair pair = ec(curve);
    ECPublicKey publicKey = (ECPublicKey) pair.getPublic();
    return "{\"kty\":\"" + kty + "\",\"crv\":\"" + curve + "\"" + coordinate("x", publicKey.getW().getAffineX(), curve)
        + coordinate("y", publicKey.getW().getAffineY(), curve)
        + coordinate("d", ((ECPrivateKey) pair.getPrivate()).getS(), curve) + more + "}";
  }

  static String octJwk(byte[] octets, String more) {
    return "{\"kty\":\"oct-HSM\",\"k\":\"" + base64(octets) + "\"" + more + "}";
  }

  /** Whether ECDSA in the form r||s verifies over the message, whose hash is {@code hash} as in JCA names. */
  static boolean ecdsaVerifies(PublicKey key, String hash, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(hash + "WITHPLAIN-ECDSA", BOUNCY_CASTLE);
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(signature);
  }

  static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static String part(String name, BigInteger number) {
    return KeysApi.member(name, unsigned(number));
  }

  private static String coordinate(String name, BigInteger number, KeyCurve curve) {
    byte[] bytes = unsigned(number);
    byte[] full = new byte[curve.coordinateBytes()];
    System.arraycopy(bytes, 0, full, full.length - bytes.length, bytes.length);
    return KeysApi.member(name, full);
  }
}
