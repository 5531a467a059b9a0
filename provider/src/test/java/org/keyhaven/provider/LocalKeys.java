package org.keyhaven.provider;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** Keys as the provider sees them, with the JDK in the place of the vault: a digest in, a raw signature out. */
final class LocalKeys {
  static final ObjectId ID =
      new ObjectId(URI.create("https://localhost:8443"), "keys", "test", "0123456789abcdef0123456789abcdef");

  private static KeyPair rsa;

  private LocalKeys() { }

  /** The one RSA pair of all these tests. */
  private static synchronized KeyPair pair() throws GeneralSecurityException {
    if (rsa == null) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
      generator.initialize(2048);
      rsa = generator.generateKeyPair();
    }
    return rsa;
  }

  /** Signs PKCS#1 alone, RSNULL included. */
  static VaultRsaPrivateKey rsa() throws GeneralSecurityException {
    KeyPair pair = pair();
    return new VaultRsaPrivateKey(ID, (RSAPublicKey) pair.getPublic(),
        (algorithm, value) -> pkcs1((RSAPrivateKey) pair.getPrivate(), algorithm, value), null);
  }

  static VaultRsaPrivateKey rsa(RemoteSigner signer) throws GeneralSecurityException {
    return new VaultRsaPrivateKey(ID, rsa().publicKey(), signer, null);
  }

  static VaultEcPrivateKey ec(KeyCurve curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
    generator.initialize(new ECGenParameterSpec(curve.standardName()));
    KeyPair pair = generator.generateKeyPair();
    return new VaultEcPrivateKey(ID, curve, (ECPublicKey) pair.getPublic(), (algorithm, value) -> {
      if (algorithm.curve() != curve || value.length != algorithm.hash().bytes()) {
        throw new SignatureException("400: " + value.length + " bytes for " + algorithm + " with " + curve);
      }
      try {
        Signature signature = Signature.getInstance("NONEwithECDSAinP1363Format", "SunEC");
        signature.initSign(pair.getPrivate());
        signature.update(value);
        return signature.sign();
      } catch (GeneralSecurityException e) {
        throw new SignatureException(e);
      }
    });
  }

  private static byte[] pkcs1(RSAPrivateKey key, SignatureAlgorithm algorithm, byte[] value) throws SignatureException {
    if (algorithm.scheme() != SignatureAlgorithm.Scheme.RSA_PKCS1
        || algorithm.hash() != null && value.length != algorithm.hash().bytes()) {
      throw new SignatureException("400: " + value.length + " bytes for " + algorithm);
    }
    byte[] encoded = algorithm.hash() == null ? value : digestInfo(algorithm.hash(), value);
    int length = (key.getModulus().bitLength() + 7) / 8;
    ByteArrayOutputStream padded = new ByteArrayOutputStream(length);
    padded.writeBytes(new byte[] {0, 1});
    for (int i = 0; i < length - 3 - encoded.length; i++) {
      padded.write(0xff);
    }
    padded.write(0);
    padded.writeBytes(encoded);
    BigInteger message = new BigInteger(1, padded.toByteArray());
    return UnsignedBytes.of(message.modPow(key.getPrivateExponent(), key.getModulus()), length);
  }

  static byte[] digestInfo(Hash hash, byte[] digest) {
    String prefix = switch (hash) {
      case SHA_256 -> "3031300d060960864801650304020105000420";
      case SHA_384 -> "3041300d060960864801650304020205000430";
      case SHA_512 -> "3051300d060960864801650304020305000440";
    };
    return HexFormat.of().parseHex(prefix + HexFormat.of().formatHex(digest));
  }
}
