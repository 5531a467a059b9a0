package org.keyhaven.client.local;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.PrivateJsonWebKey;
import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * RSA (RFC 8017). The private operation, with its blinding and its check of the result, and the removal of padding are the
 * JDK's. Signatures are verified by hand, because JCA takes the message and not its digest; nothing there is secret.
 */
final class RsaKey implements LocalKey {
  private static final int SMALLEST_BITS = 1024;
  private static final int LARGEST_BITS = 16384;
  private static final int LARGEST_EXPONENT_BITS = 64;
  /** What PKCS#1 v1.5 padding takes of a modulus (RFC 8017, sections 7.2 and 9.2). */
  private static final int PKCS1_OVERHEAD = 11;
  private static final String RAW = "RSA/ECB/NoPadding";
  private static final String PKCS1 = "RSA/ECB/PKCS1Padding";
  private static final String OAEP = "RSA/ECB/OAEPPadding";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final BigInteger modulus;
  private final BigInteger exponent;
  private final PublicKey publicKey;
  /** Null for a public half. */
  private final PrivateKey privateKey;

  private RsaKey(BigInteger modulus, BigInteger exponent, PublicKey publicKey, PrivateKey privateKey) {
    this.modulus = modulus;
    this.exponent = exponent;
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  static RsaKey ofPublic(byte[] n, byte[] e) throws GeneralSecurityException {
    return make(n, e, null);
  }

  static RsaKey of(PrivateJsonWebKey key) throws GeneralSecurityException {
    if (key.d() == null) {
      return ofPublic(key.n(), key.e());
    }
    RsaKey made = make(key.n(), key.e(), key);
    made.requirePair();
    return made;
  }

  private static RsaKey make(byte[] n, byte[] e, PrivateJsonWebKey whole) throws GeneralSecurityException {
    if (n == null || e == null) {
      throw new InvalidKeyException("an RSA key without modulus or exponent");
    }
    BigInteger modulus = Octets.number(n);
    BigInteger exponent = Octets.number(e);
    int bits = modulus.bitLength();
    if (bits < SMALLEST_BITS || bits > LARGEST_BITS || !modulus.testBit(0) || !exponent.testBit(0)
        || exponent.compareTo(BigInteger.TWO) < 0 || exponent.bitLength() > LARGEST_EXPONENT_BITS) {
      throw new InvalidKeyException("not an RSA public key");
    }
    KeyFactory factory = KeyFactory.getInstance("RSA", "SunRsaSign");
    return new RsaKey(modulus, exponent, factory.generatePublic(new RSAPublicKeySpec(modulus, exponent)),
        whole == null ? null : factory.generatePrivate(privateSpec(modulus, exponent, whole)));
  }

  private static RSAPrivateKeySpec privateSpec(BigInteger modulus, BigInteger exponent, PrivateJsonWebKey key)
      throws InvalidKeyException {
    BigInteger d = Octets.number(key.d());
    if (key.p() == null || key.q() == null || key.dp() == null || key.dq() == null || key.qi() == null) {
      return new RSAPrivateKeySpec(modulus, d);
    }
    BigInteger p = Octets.number(key.p());
    BigInteger q = Octets.number(key.q());
    if (!p.multiply(q).equals(modulus)) {
      throw strangers(null);
    }
    return new RSAPrivateCrtKeySpec(modulus, exponent, d, p, q, Octets.number(key.dp()), Octets.number(key.dq()),
        Octets.number(key.qi()));
  }

  private void requirePair() throws InvalidKeyException {
    byte[] probe = new byte[SignatureAlgorithm.RS256.hash().bytes()];
    try {
      if (!verify(SignatureAlgorithm.RS256, probe, sign(SignatureAlgorithm.RS256, probe))) {
        throw strangers(null);
      }
    } catch (InvalidKeyException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw strangers(e);
    }
  }

  private static InvalidKeyException strangers(Throwable cause) {
    return new InvalidKeyException("an RSA key whose private half does not belong to its public half", cause);
  }

  @Override
  public Set<KeyOperation> operations() {
    return privateKey == null ? EnumSet.of(KeyOperation.VERIFY, KeyOperation.ENCRYPT, KeyOperation.WRAP_KEY)
        : LocalKey.everything();
  }

  @Override
  public int bits() {
    return modulus.bitLength();
  }

  private int length() {
    return (modulus.bitLength() + 7) / 8;
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, byte[] digest) throws GeneralSecurityException {
    return switch (algorithm.scheme()) {
      case RSA_PKCS1 -> {
        byte[] content = pkcs1Content(algorithm, digest);
        if (content.length == 0 || content.length > length() - PKCS1_OVERHEAD) {
          throw new InvalidAlgorithmParameterException(algorithm + " takes 1 to " + (length() - PKCS1_OVERHEAD)
              + " bytes with this key, not " + content.length);
        }
        yield run(PKCS1, Cipher.ENCRYPT_MODE, privateKey, null, content);
      }
      case RSA_PSS -> {
        byte[] salt = new byte[algorithm.hash().bytes()];
        RANDOM.nextBytes(salt);
        byte[] encoded = new Pss(algorithm.hash(), bits()).encode(digest, salt);
        if (encoded == null) {
          throw new InvalidAlgorithmParameterException(algorithm + " needs a longer key than one of " + bits() + " bits");
        }
        yield run(RAW, Cipher.ENCRYPT_MODE, privateKey, null, encoded);
      }
      case ECDSA, HMAC -> throw LocalKey.misfit(algorithm, KeyType.Family.RSA);
    };
  }

  @Override
  public boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) throws GeneralSecurityException {
    BigInteger representative = Octets.number(signature);
    if (signature.length != length() || representative.compareTo(modulus) >= 0) {
      return false;
    }
    byte[] encoded = Octets.of(representative.modPow(exponent, modulus), length());
    return switch (algorithm.scheme()) {
      case RSA_PKCS1 -> isPkcs1(encoded, pkcs1Content(algorithm, digest));
      case RSA_PSS -> new Pss(algorithm.hash(), bits()).matches(encoded, digest);
      case ECDSA, HMAC -> throw LocalKey.misfit(algorithm, KeyType.Family.RSA);
    };
  }

  private static byte[] pkcs1Content(SignatureAlgorithm algorithm, byte[] digest) {
    if (algorithm.hash() == null) {
      return digest;
    }
    byte[] prefix = algorithm.hash().digestInfoPrefix();
    byte[] content = Arrays.copyOf(prefix, prefix.length + digest.length);
    System.arraycopy(digest, 0, content, prefix.length, digest.length);
    return content;
  }

  /** Encodes and compares, rather than parses: a parser that is lenient makes signatures forgeable. */
  private static boolean isPkcs1(byte[] encoded, byte[] content) {
    int separator = encoded.length - content.length - 1;
    if (content.length > encoded.length - PKCS1_OVERHEAD) {
      return false;
    }
    byte[] expected = new byte[encoded.length];
    expected[1] = 1;
    Arrays.fill(expected, 2, separator, (byte) 0xff);
    System.arraycopy(content, 0, expected, separator + 1, content.length);
    return MessageDigest.isEqual(expected, encoded);
  }

  @Override
  public Ciphertext encrypt(EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv, byte[] aad)
      throws GeneralSecurityException {
    Inputs.requirePlaintext(plaintext);
    Inputs.requireAbsent(algorithm, "iv", iv);
    Inputs.requireAbsent(algorithm, "aad", aad);
    int most = length() - overhead(algorithm);
    if (plaintext.length > most) {
      throw new InvalidAlgorithmParameterException(algorithm + " takes at most " + most + " bytes with this key, not "
          + plaintext.length);
    }
    return Ciphertext.of(run(transformation(algorithm), Cipher.ENCRYPT_MODE, publicKey, parameters(algorithm), plaintext));
  }

  @Override
  public byte[] decrypt(EncryptionAlgorithm algorithm, Ciphertext ciphertext, byte[] aad) throws GeneralSecurityException {
    Inputs.requireAbsent(algorithm, "iv", ciphertext.iv());
    Inputs.requireAbsent(algorithm, "tag", ciphertext.tag());
    Inputs.requireAbsent(algorithm, "aad", aad);
    if (ciphertext.value().length != length()) {
      // The JDK takes a shorter one for a number with zeros in front (RFC 8017, section 7.1.2, step 1, does not).
      throw new BadPaddingException();
    }
    return run(transformation(algorithm), Cipher.DECRYPT_MODE, privateKey, parameters(algorithm), ciphertext.value());
  }

  private static int overhead(EncryptionAlgorithm algorithm) throws GeneralSecurityException {
    return algorithm.oaepDigest() == null ? PKCS1_OVERHEAD
        : 2 * MessageDigest.getInstance(algorithm.oaepDigest()).getDigestLength() + 2;
  }

  private static String transformation(EncryptionAlgorithm algorithm) {
    return switch (algorithm.scheme()) {
      case RSA_PKCS1 -> PKCS1;
      case RSA_OAEP -> OAEP;
      case AES_GCM, AES_CBC, AES_CBC_PAD, AES_KW, AES_KWP -> throw LocalKey.misfit(algorithm, KeyType.Family.RSA);
    };
  }

  /** MGF1 has the hash of OAEP; what SunJCE calls OAEPWithSHA-256AndMGF1Padding has SHA-1 there. */
  private static AlgorithmParameterSpec parameters(EncryptionAlgorithm algorithm) {
    String hash = algorithm.oaepDigest();
    return hash == null ? null : new OAEPParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT);
  }

  private static byte[] run(String transformation, int mode, Key key, AlgorithmParameterSpec parameters, byte[] input)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(transformation, "SunJCE");
    cipher.init(mode, key, parameters);
    return cipher.doFinal(input);
  }

  @Override
  public String toString() {
    return (privateKey == null ? "the public half of an RSA key of " : "an RSA key of ") + bits() + " bits";
  }
}
