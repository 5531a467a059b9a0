package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * How secure key release wraps the key that it releases (OpenAPI: KeyEncryptionAlgorithm): an ephemeral AES-256 key encrypted
 * with RSA-OAEP, followed by the released key wrapped under that one with RFC 5649 (CKM_RSA_AES_KEY_WRAP of PKCS#11). The
 * rows differ in the hash of OAEP and of its MGF1.
 */
public enum KeyEncryptionAlgorithm {
  CKM_RSA_AES_KEY_WRAP("CKM_RSA_AES_KEY_WRAP", "SHA-1"),
  RSA_AES_KEY_WRAP_256("RSA_AES_KEY_WRAP_256", "SHA-256"),
  RSA_AES_KEY_WRAP_384("RSA_AES_KEY_WRAP_384", "SHA-384");

  private final String wireName;
  private final String oaepDigest;

  KeyEncryptionAlgorithm(String wireName, String oaepDigest) {
    this.wireName = wireName;
    this.oaepDigest = oaepDigest;
  }

  @JsonValue
  public String wireName() {
    return wireName;
  }

  /** The JCA name of the hash of OAEP and of its MGF1. */
  public String oaepDigest() {
    return oaepDigest;
  }

  /** @throws IllegalArgumentException when no algorithm has this name */
  @JsonCreator
  public static KeyEncryptionAlgorithm fromWire(String name) {
    for (KeyEncryptionAlgorithm algorithm : values()) {
      if (algorithm.wireName.equals(name)) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException("unknown key encryption algorithm: " + name);
  }

  @Override
  public String toString() {
    return wireName;
  }
}
