package org.keyhaven.client.local;

import java.security.InvalidAlgorithmParameterException;
import org.keyhaven.client.wire.EncryptionAlgorithm;

/** What the algorithms take, said in words before the JDK says it in its own. */
final class Inputs {
  static final int BLOCK = 16;
  static final int GCM_IV = 12;
  static final int GCM_TAG = 16;
  private static final int SEMIBLOCK = 8;

  private Inputs() { }

  static void requirePlaintext(byte[] plaintext) throws InvalidAlgorithmParameterException {
    if (plaintext.length == 0) {
      throw new InvalidAlgorithmParameterException("there is nothing to encrypt: the value is empty");
    }
  }

  /** @param given the IV or additional data of an algorithm that has none */
  static void requireAbsent(EncryptionAlgorithm algorithm, String name, byte[] given) throws InvalidAlgorithmParameterException {
    if (given != null) {
      throw new InvalidAlgorithmParameterException(algorithm + " takes no " + name);
    }
  }

  static void requireLength(EncryptionAlgorithm algorithm, String name, byte[] given, int length)
      throws InvalidAlgorithmParameterException {
    if (given == null || given.length != length) {
      throw new InvalidAlgorithmParameterException(algorithm + " needs " + (name.equals("iv") ? "an " : "a ") + name + " of "
          + length + " bytes");
    }
  }

  static void requireBlocks(EncryptionAlgorithm algorithm, byte[] value) throws InvalidAlgorithmParameterException {
    requireWhole(algorithm, value.length, BLOCK, BLOCK);
  }

  /** @param least semiblocks, of 8 bytes each */
  static void requireSemiblocks(EncryptionAlgorithm algorithm, byte[] value, int least) throws InvalidAlgorithmParameterException {
    requireWhole(algorithm, value.length, SEMIBLOCK, least * SEMIBLOCK);
  }

  private static void requireWhole(EncryptionAlgorithm algorithm, int length, int unit, int least)
      throws InvalidAlgorithmParameterException {
    if (length < least || length % unit != 0) {
      throw new InvalidAlgorithmParameterException(algorithm + " takes at least " + least + " bytes, in multiples of " + unit
          + ", not " + length);
    }
  }
}
