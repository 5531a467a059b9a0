package org.keyhaven.client;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * RSASSA-PKCS1-v1_5 and RSASSA-PSS over a given digest (RFC 8017, sections 8.2.2 and 9.1.2). By hand, because JCA takes the message
 * and not its digest; nothing here is secret, so that time does not matter.
 */
final class RsaVerifier implements Verifier {
  private static final int SMALLEST_BITS = 1024;
  private static final int LARGEST_BITS = 16384;
  private static final int LARGEST_EXPONENT_BITS = 64;

  private final BigInteger modulus;
  private final BigInteger exponent;

  RsaVerifier(JsonWebKey key) throws InvalidKeyException {
    if (key.n() == null || key.e() == null) {
      throw new InvalidKeyException("an RSA key without modulus or exponent");
    }
    this.modulus = new BigInteger(1, key.n());
    this.exponent = new BigInteger(1, key.e());
    int bits = modulus.bitLength();
    if (bits < SMALLEST_BITS || bits > LARGEST_BITS || !modulus.testBit(0) || !exponent.testBit(0)
        || exponent.compareTo(BigInteger.TWO) < 0 || exponent.bitLength() > LARGEST_EXPONENT_BITS) {
      throw new InvalidKeyException("not an RSA public key");
    }
  }

  @Override
  public boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) throws NoSuchAlgorithmException {
    int length = (modulus.bitLength() + 7) / 8;
    BigInteger representative = new BigInteger(1, signature);
    if (signature.length != length || representative.compareTo(modulus) >= 0) {
      return false;
    }
    byte[] encoded = fixedLength(representative.modPow(exponent, modulus), length);
    return switch (algorithm.scheme()) {
      case RSA_PKCS1 -> isPkcs1(encoded, algorithm.hash() == null ? new byte[0] : algorithm.hash().digestInfoPrefix(), digest);
      case RSA_PSS -> isPss(encoded, algorithm.hash(), digest);
      case ECDSA, HMAC -> throw new IllegalArgumentException(algorithm + " is not for RSA");
    };
  }

  /** Encodes and compares, rather than parses: a parser that is lenient makes signatures forgeable. */
  private static boolean isPkcs1(byte[] encoded, byte[] prefix, byte[] digest) {
    int content = prefix.length + digest.length;
    int padding = encoded.length - content - 3;
    if (padding < 8) {
      return false;
    }
    byte[] expected = new byte[encoded.length];
    expected[1] = 1;
    Arrays.fill(expected, 2, 2 + padding, (byte) 0xff);
    System.arraycopy(prefix, 0, expected, padding + 3, prefix.length);
    System.arraycopy(digest, 0, expected, padding + 3 + prefix.length, digest.length);
    return MessageDigest.isEqual(expected, encoded);
  }

  private boolean isPss(byte[] encoded, Hash hash, byte[] digest) throws NoSuchAlgorithmException {
    int bits = modulus.bitLength() - 1;
    int length = (bits + 7) / 8;
    // When the bit length is one above a whole octet, the encoded message is an octet shorter than the modulus.
    int lead = encoded.length - length;
    if (lead > 0 && encoded[0] != 0) {
      return false;
    }
    byte[] em = Arrays.copyOfRange(encoded, lead, encoded.length);
    int hashLength = hash.bytes();
    int maskedLength = length - hashLength - 1;
    if (maskedLength < hashLength + 1 || em[length - 1] != (byte) 0xbc) {
      return false;
    }
    int unusedBits = 8 * length - bits;
    int unusedMask = 0xff << (8 - unusedBits) & 0xff;
    if ((em[0] & unusedMask) != 0) {
      return false;
    }
    byte[] h = Arrays.copyOfRange(em, maskedLength, maskedLength + hashLength);
    MessageDigest md = MessageDigest.getInstance(hash.digestName());
    byte[] db = mgf1(md, h, maskedLength);
    for (int i = 0; i < maskedLength; i++) {
      db[i] ^= em[i];
    }
    db[0] &= (byte) ~unusedMask;
    int saltStart = maskedLength - hashLength;
    for (int i = 0; i < saltStart - 1; i++) {
      if (db[i] != 0) {
        return false;
      }
    }
    if (db[saltStart - 1] != 1) {
      return false;
    }
    md.update(new byte[8]);
    md.update(digest);
    md.update(db, saltStart, hashLength);
    return MessageDigest.isEqual(h, md.digest());
  }

  /** RFC 8017, appendix B.2.1. */
  private static byte[] mgf1(MessageDigest md, byte[] seed, int length) {
    byte[] mask = new byte[length];
    int done = 0;
    for (int counter = 0; done < length; counter++) {
      md.update(seed);
      md.update(new byte[] {(byte) (counter >>> 24), (byte) (counter >>> 16), (byte) (counter >>> 8), (byte) counter});
      byte[] block = md.digest();
      int take = Math.min(block.length, length - done);
      System.arraycopy(block, 0, mask, done, take);
      done += take;
    }
    return mask;
  }

  private static byte[] fixedLength(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] fixed = new byte[length];
    int from = Math.max(0, bytes.length - length);
    System.arraycopy(bytes, from, fixed, length - (bytes.length - from), bytes.length - from);
    return fixed;
  }
}
