package org.keyhaven.client.local;

/**
 * What encryption gives and decryption takes. Arrays are not copied.
 *
 * @param iv null where the algorithm has none
 * @param tag null where the algorithm has none
 */
public record Ciphertext(byte[] value, byte[] iv, byte[] tag) {

  static Ciphertext of(byte[] value) {
    return new Ciphertext(value, null, null);
  }
}
