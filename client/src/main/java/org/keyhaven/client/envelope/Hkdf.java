package org.keyhaven.client.envelope;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256 (RFC 5869). The JDK has its own from release 25 on only. */
final class Hkdf {
  private static final String HMAC = "HmacSHA256";
  private static final int HASH_BYTES = 32;

  private Hkdf() { }

  /**
   * Extract, then expand.
   *
   * @param secret the input keying material
   * @param salt may be empty
   * @param length 1 to 8160 bytes
   */
  static byte[] derive(byte[] secret, byte[] salt, byte[] info, int length) {
    if (length < 1 || length > 255 * HASH_BYTES) {
      throw new IllegalArgumentException("HKDF gives 1 to 8160 bytes, not " + length);
    }
    byte[] pseudorandomKey = new byte[0];
    byte[] block = new byte[0];
    byte[] output = new byte[length];
    try {
      // A key of zeros is what HMAC makes of an empty one, which the JDK does not take.
      pseudorandomKey = hmac(salt.length == 0 ? new byte[HASH_BYTES] : salt).doFinal(secret);
      Mac expand = hmac(pseudorandomKey);
      for (int done = 0, counter = 1; done < length; counter++) {
        expand.update(block);
        expand.update(info);
        expand.update((byte) counter);
        Arrays.fill(block, (byte) 0);
        block = expand.doFinal();
        int taken = Math.min(HASH_BYTES, length - done);
        System.arraycopy(block, 0, output, done, taken);
        done += taken;
      }
      return output;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot do " + HMAC, e);
    } finally {
      Arrays.fill(pseudorandomKey, (byte) 0);
      Arrays.fill(block, (byte) 0);
    }
  }

  private static Mac hmac(byte[] key) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(key, HMAC));
    return mac;
  }
}
