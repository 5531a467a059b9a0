package org.keyhaven.client.local;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.keyhaven.client.wire.Hash;

/**
 * EMSA-PSS over a given digest, with MGF1 of the same hash and a salt as long as the hash (RFC 8017, section 9.1). By hand,
 * because JCA takes the message and not its digest; nothing here is secret, so that time does not matter.
 *
 * @param bits of the modulus
 */
record Pss(Hash hash, int bits) {
  private static final int TRAILER = 0xbc;

  /** The encoded message, as long as the modulus; null when the modulus is too short for the hash. */
  byte[] encode(byte[] digest, byte[] salt) throws NoSuchAlgorithmException {
    int maskedLength = maskedLength();
    if (maskedLength < salt.length + 1) {
      return null;
    }
    MessageDigest md = MessageDigest.getInstance(hash.digestName());
    byte[] h = hashOf(md, digest, salt, 0);
    byte[] db = mgf1(md, h, maskedLength);
    int saltStart = maskedLength - salt.length;
    db[saltStart - 1] ^= 1;
    for (int i = 0; i < salt.length; i++) {
      db[saltStart + i] ^= salt[i];
    }
    db[0] &= (byte) ~unusedMask();
    byte[] encoded = new byte[modulusLength()];
    int lead = encoded.length - length();
    System.arraycopy(db, 0, encoded, lead, maskedLength);
    System.arraycopy(h, 0, encoded, lead + maskedLength, h.length);
    encoded[encoded.length - 1] = (byte) TRAILER;
    return encoded;
  }

  /** @param encoded as long as the modulus */
  boolean matches(byte[] encoded, byte[] digest) throws NoSuchAlgorithmException {
    int length = length();
    int lead = encoded.length - length;
    if (lead > 0 && encoded[0] != 0) {
      return false;
    }
    byte[] em = Arrays.copyOfRange(encoded, lead, encoded.length);
    int maskedLength = maskedLength();
    if (maskedLength < hash.bytes() + 1 || em[length - 1] != (byte) TRAILER || (em[0] & unusedMask()) != 0) {
      return false;
    }
    byte[] h = Arrays.copyOfRange(em, maskedLength, maskedLength + hash.bytes());
    MessageDigest md = MessageDigest.getInstance(hash.digestName());
    byte[] db = mgf1(md, h, maskedLength);
    for (int i = 0; i < maskedLength; i++) {
      db[i] ^= em[i];
    }
    db[0] &= (byte) ~unusedMask();
    int saltStart = maskedLength - hash.bytes();
    for (int i = 0; i < saltStart - 1; i++) {
      if (db[i] != 0) {
        return false;
      }
    }
    return db[saltStart - 1] == 1 && MessageDigest.isEqual(h, hashOf(md, digest, db, saltStart));
  }

  private byte[] hashOf(MessageDigest md, byte[] digest, byte[] salt, int from) {
    md.update(new byte[8]);
    md.update(digest);
    md.update(salt, from, hash.bytes());
    return md.digest();
  }

  private int modulusLength() {
    return (bits + 7) / 8;
  }

  /** When the bit length is one above a whole octet, the encoded message is an octet shorter than the modulus. */
  private int length() {
    return (bits - 1 + 7) / 8;
  }

  private int maskedLength() {
    return length() - hash.bytes() - 1;
  }

  private int unusedMask() {
    int unusedBits = 8 * length() - (bits - 1);
    return 0xff << (8 - unusedBits) & 0xff;
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
}
