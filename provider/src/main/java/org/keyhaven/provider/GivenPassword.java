package org.keyhaven.provider;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The password that a key store was opened with. A vault has none, so that any will do; but who gives another one afterwards
 * means to change it, and must not believe that he did. Kept is a salted digest alone. Immutable.
 */
final class GivenPassword {
  private static final int SALT_BYTES = 16;

  private final byte[] salt = new byte[SALT_BYTES];
  private final byte[] digest;

  /** @param password null where none was given; not kept */
  GivenPassword(char[] password) {
    if (password != null) {
      new SecureRandom().nextBytes(salt);
    }
    this.digest = password == null ? null : digest(password);
  }

  /** Whether this is another one. False where either is missing: that changes nothing. */
  boolean isChangedBy(char[] password) {
    return digest != null && password != null && !MessageDigest.isEqual(digest, digest(password));
  }

  private byte[] digest(char[] password) {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(salt);
      sha256.update(bytes);
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new ProviderException("this Java has no SHA-256", e);
    } finally {
      Arrays.fill(bytes.array(), (byte) 0);
    }
  }
}
