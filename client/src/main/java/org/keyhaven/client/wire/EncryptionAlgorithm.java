package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The algorithms of encrypt, decrypt, wrapKey and unwrapKey: one row an algorithm ("About keys"; RFC 7518, sections 4 and 5;
 * the CKM names are those of PKCS#11). Request parsing, key checks and the engines all read these rows.
 */
public enum EncryptionAlgorithm {
  RSA1_5("RSA1_5", Scheme.RSA_PKCS1, KeyType.Family.RSA, 0, null),
  /** OAEP with SHA-1, and MGF1 with SHA-1. */
  RSA_OAEP("RSA-OAEP", Scheme.RSA_OAEP, KeyType.Family.RSA, 0, "SHA-1"),
  /** OAEP with SHA-256, and MGF1 with SHA-256 (SunJCE takes its own name for this to mean MGF1 with SHA-1). */
  RSA_OAEP_256("RSA-OAEP-256", Scheme.RSA_OAEP, KeyType.Family.RSA, 0, "SHA-256"),
  A128GCM("A128GCM", Scheme.AES_GCM, KeyType.Family.OCT, 128, null),
  A192GCM("A192GCM", Scheme.AES_GCM, KeyType.Family.OCT, 192, null),
  A256GCM("A256GCM", Scheme.AES_GCM, KeyType.Family.OCT, 256, null),
  A128CBC("A128CBC", Scheme.AES_CBC, KeyType.Family.OCT, 128, null),
  A192CBC("A192CBC", Scheme.AES_CBC, KeyType.Family.OCT, 192, null),
  A256CBC("A256CBC", Scheme.AES_CBC, KeyType.Family.OCT, 256, null),
  A128CBCPAD("A128CBCPAD", Scheme.AES_CBC_PAD, KeyType.Family.OCT, 128, null),
  A192CBCPAD("A192CBCPAD", Scheme.AES_CBC_PAD, KeyType.Family.OCT, 192, null),
  A256CBCPAD("A256CBCPAD", Scheme.AES_CBC_PAD, KeyType.Family.OCT, 256, null),
  A128KW("A128KW", Scheme.AES_KW, KeyType.Family.OCT, 128, null),
  A192KW("A192KW", Scheme.AES_KW, KeyType.Family.OCT, 192, null),
  A256KW("A256KW", Scheme.AES_KW, KeyType.Family.OCT, 256, null),
  A128KWPAD("A128KWPAD", Scheme.AES_KWP, KeyType.Family.OCT, 128, null),
  A192KWPAD("A192KWPAD", Scheme.AES_KWP, KeyType.Family.OCT, 192, null),
  A256KWPAD("A256KWPAD", Scheme.AES_KWP, KeyType.Family.OCT, 256, null),
  /** RFC 3394 under an AES key of any size. */
  CKM_AES_KEY_WRAP("CKM_AES_KEY_WRAP", Scheme.AES_KW, KeyType.Family.OCT, 0, null),
  /** RFC 5649 under an AES key of any size. */
  CKM_AES_KEY_WRAP_PAD("CKM_AES_KEY_WRAP_PAD", Scheme.AES_KWP, KeyType.Family.OCT, 0, null);

  /** What is done to the bytes. */
  public enum Scheme {
    /** RFC 8017, section 7.2. */
    RSA_PKCS1(true, true),
    /** RFC 8017, section 7.1, with an empty label. */
    RSA_OAEP(true, true),
    /** NIST SP 800-38D, with an IV of 12 bytes and a tag of 16. */
    AES_GCM(true, false),
    /** NIST SP 800-38A; whole blocks alone. */
    AES_CBC(true, false),
    /** The same with the padding of PKCS#7 (RFC 5652, section 6.3). */
    AES_CBC_PAD(true, false),
    /** RFC 3394. */
    AES_KW(false, true),
    /** RFC 5649. */
    AES_KWP(false, true);

    private final boolean encrypts;
    private final boolean wraps;

    Scheme(boolean encrypts, boolean wraps) {
      this.encrypts = encrypts;
      this.wraps = wraps;
    }
  }

  private final String wireName;
  private final Scheme scheme;
  private final KeyType.Family keyFamily;
  private final int keyBits;
  private final String oaepDigest;

  EncryptionAlgorithm(String wireName, Scheme scheme, KeyType.Family keyFamily, int keyBits, String oaepDigest) {
    this.wireName = wireName;
    this.scheme = scheme;
    this.keyFamily = keyFamily;
    this.keyBits = keyBits;
    this.oaepDigest = oaepDigest;
  }

  @JsonValue
  public String wireName() {
    return wireName;
  }

  public Scheme scheme() {
    return scheme;
  }

  public KeyType.Family keyFamily() {
    return keyFamily;
  }

  /** The one key length in bits that the row takes; 0 for any that its scheme has. */
  public int keyBits() {
    return keyBits;
  }

  /** The JCA name of the hash of OAEP and of its MGF1; null for what is not OAEP. */
  public String oaepDigest() {
    return oaepDigest;
  }

  /** Whether encrypt and decrypt take it. */
  public boolean encrypts() {
    return scheme.encrypts;
  }

  /** Whether wrapKey and unwrapKey take it. */
  public boolean wraps() {
    return scheme.wraps;
  }

  /**
   * Whether a key can use it.
   *
   * @param bits the key's length: the modulus for RSA
   */
  public boolean fits(KeyType.Family family, int bits) {
    return keyFamily == family
        && (family == KeyType.Family.RSA || keyBits == bits || keyBits == 0 && (bits == 128 || bits == 192 || bits == 256));
  }

  /** @throws IllegalArgumentException when no algorithm has this name */
  @JsonCreator
  public static EncryptionAlgorithm fromWire(String name) {
    for (EncryptionAlgorithm algorithm : values()) {
      if (algorithm.wireName.equals(name)) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException("unknown encryption algorithm: " + name);
  }

  @Override
  public String toString() {
    return wireName;
  }
}
