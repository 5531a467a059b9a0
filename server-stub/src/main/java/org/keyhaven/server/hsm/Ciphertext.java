package org.keyhaven.server.hsm;

/**
 * What encryption makes and decryption takes.
 *
 * @param value the encrypted bytes, for GCM without the tag
 * @param iv for GCM 12 bytes, for CBC 16; otherwise null
 * @param tag for GCM 16 bytes; otherwise null
 */
public record Ciphertext(byte[] value, byte[] iv, byte[] tag) {

  /** Of an algorithm that has neither IV nor tag. */
  public static Ciphertext of(byte[] value) {
    return new Ciphertext(value, null, null);
  }
}
