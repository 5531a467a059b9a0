package org.keyhaven.client.envelope;

import org.keyhaven.client.wire.EncryptionAlgorithm;

/** How a data key is wrapped, as the header says it: one row an algorithm. What is not here is refused both ways. */
enum Wrapping {
  RSA_OAEP_256(0x01, EncryptionAlgorithm.RSA_OAEP_256, 256, 512),
  A128KW(0x11, EncryptionAlgorithm.A128KW, 40, 40),
  A192KW(0x12, EncryptionAlgorithm.A192KW, 40, 40),
  A256KW(0x13, EncryptionAlgorithm.A256KW, 40, 40),
  AES_KEY_WRAP(0x14, EncryptionAlgorithm.CKM_AES_KEY_WRAP, 40, 40),
  A128KWPAD(0x21, EncryptionAlgorithm.A128KWPAD, 40, 40),
  A192KWPAD(0x22, EncryptionAlgorithm.A192KWPAD, 40, 40),
  A256KWPAD(0x23, EncryptionAlgorithm.A256KWPAD, 40, 40),
  AES_KEY_WRAP_PAD(0x24, EncryptionAlgorithm.CKM_AES_KEY_WRAP_PAD, 40, 40);

  private final int code;
  private final EncryptionAlgorithm algorithm;
  private final int shortest;
  private final int longest;

  Wrapping(int code, EncryptionAlgorithm algorithm, int shortest, int longest) {
    this.code = code;
    this.algorithm = algorithm;
    this.shortest = shortest;
    this.longest = longest;
  }

  /** One byte. */
  int code() {
    return code;
  }

  EncryptionAlgorithm algorithm() {
    return algorithm;
  }

  /** Whether a data key of 32 bytes can be so long when it is wrapped. */
  boolean hasLength(int wrappedBytes) {
    return wrappedBytes >= shortest && wrappedBytes <= longest;
  }

  /** @throws EnvelopeException when no row has this code */
  static Wrapping ofCode(int code) throws EnvelopeException {
    for (Wrapping wrapping : values()) {
      if (wrapping.code == code) {
        return wrapping;
      }
    }
    throw new EnvelopeException("the message's key is wrapped in an unknown way: " + code);
  }

  /** @throws IllegalArgumentException when data keys are not to be wrapped so */
  static Wrapping of(EncryptionAlgorithm algorithm) {
    for (Wrapping wrapping : values()) {
      if (wrapping.algorithm == algorithm) {
        return wrapping;
      }
    }
    throw new IllegalArgumentException(algorithm + " does not wrap data keys: use RSA-OAEP-256, or AES key wrap on a Managed"
        + " HSM");
  }
}
