package org.keyhaven.client;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.EncryptionAlgorithm.Scheme;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** Another implementation, to compare with. */
final class BouncyCastle {
  private static final Provider PROVIDER = new BouncyCastleProvider();
  private static final int GCM_TAG = 16;

  private BouncyCastle() { }

  static KeyPair ec(KeyCurve curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", PROVIDER);
    generator.initialize(new ECGenParameterSpec(curve.standardName()));
    return generator.generateKeyPair();
  }

  static byte[] sign(SignatureAlgorithm algorithm, PrivateKey key, byte[] data) throws GeneralSecurityException {
    Signature signature = signature(algorithm);
    signature.initSign(key);
    signature.update(data);
    return signature.sign();
  }

  static boolean verify(SignatureAlgorithm algorithm, PublicKey key, byte[] data, byte[] value) throws GeneralSecurityException {
    Signature signature = signature(algorithm);
    signature.initVerify(key);
    signature.update(data);
    return signature.verify(value);
  }

  private static Signature signature(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    String hash = algorithm.hash().signaturePrefix();
    return Signature.getInstance(hash + switch (algorithm.scheme()) {
      case RSA_PKCS1 -> "withRSA";
      case RSA_PSS -> "withRSAandMGF1";
      case ECDSA -> "WITHPLAIN-ECDSA";
      case HMAC -> throw new IllegalArgumentException(algorithm + " is no Signature");
    }, PROVIDER);
  }

  static byte[] hmac(SignatureAlgorithm algorithm, byte[] octets, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("Hmac" + algorithm.hash().signaturePrefix(), PROVIDER);
    mac.init(new SecretKeySpec(octets, "HMAC"));
    return mac.doFinal(data);
  }

  /** @param parameters with the IV, for GCM too */
  static EncryptResult encrypt(Key key, EncryptParameters parameters) throws GeneralSecurityException {
    EncryptionAlgorithm algorithm = parameters.algorithm();
    Cipher cipher = cipher(algorithm);
    if (isKeyWrap(algorithm)) {
      cipher.init(Cipher.WRAP_MODE, key);
      return new EncryptResult(null, algorithm, cipher.wrap(new SecretKeySpec(parameters.plaintext(), "AES")), null, null, null);
    }
    cipher.init(Cipher.ENCRYPT_MODE, key, parameters(algorithm, parameters.iv()));
    if (parameters.aad() != null) {
      cipher.updateAAD(parameters.aad());
    }
    byte[] sealed = cipher.doFinal(parameters.plaintext());
    if (algorithm.scheme() != Scheme.AES_GCM) {
      return new EncryptResult(null, algorithm, sealed, parameters.iv(), null, null);
    }
    int end = sealed.length - GCM_TAG;
    return new EncryptResult(null, algorithm, Arrays.copyOf(sealed, end), parameters.iv(),
        Arrays.copyOfRange(sealed, end, sealed.length), parameters.aad());
  }

  static byte[] decrypt(Key key, EncryptResult encrypted) throws GeneralSecurityException {
    EncryptionAlgorithm algorithm = encrypted.algorithm();
    Cipher cipher = cipher(algorithm);
    if (isKeyWrap(algorithm)) {
      cipher.init(Cipher.UNWRAP_MODE, key);
      return cipher.unwrap(encrypted.ciphertext(), "AES", Cipher.SECRET_KEY).getEncoded();
    }
    cipher.init(Cipher.DECRYPT_MODE, key, parameters(algorithm, encrypted.iv()));
    if (encrypted.aad() != null) {
      cipher.updateAAD(encrypted.aad());
    }
    byte[] begun = cipher.update(encrypted.ciphertext());
    byte[] rest = encrypted.tag() == null ? cipher.doFinal() : cipher.doFinal(encrypted.tag());
    return begun == null ? rest : concat(begun, rest);
  }

  private static byte[] concat(byte[] one, byte[] two) {
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }

  private static boolean isKeyWrap(EncryptionAlgorithm algorithm) {
    return algorithm.scheme() == Scheme.AES_KW || algorithm.scheme() == Scheme.AES_KWP;
  }

  private static Cipher cipher(EncryptionAlgorithm algorithm) throws GeneralSecurityException {
    return Cipher.getInstance(switch (algorithm.scheme()) {
      case RSA_PKCS1 -> "RSA/NONE/PKCS1Padding";
      case RSA_OAEP -> "RSA/NONE/OAEPPadding";
      case AES_GCM -> "AES/GCM/NoPadding";
      case AES_CBC -> "AES/CBC/NoPadding";
      case AES_CBC_PAD -> "AES/CBC/PKCS7Padding";
      case AES_KW -> "AESWRAP";
      case AES_KWP -> "AESWRAPPAD";
    }, PROVIDER);
  }

  private static AlgorithmParameterSpec parameters(EncryptionAlgorithm algorithm, byte[] iv) {
    return switch (algorithm.scheme()) {
      case RSA_OAEP -> new OAEPParameterSpec(algorithm.oaepDigest(), "MGF1", new MGF1ParameterSpec(algorithm.oaepDigest()),
          PSource.PSpecified.DEFAULT);
      case AES_GCM -> new GCMParameterSpec(8 * GCM_TAG, iv);
      case AES_CBC, AES_CBC_PAD -> new IvParameterSpec(iv);
      case RSA_PKCS1, AES_KW, AES_KWP -> null;
    };
  }
}
