package org.keyhaven.client.wire;

import java.util.HexFormat;

/** The hashes of the service's algorithms (FIPS 180-4). */
public enum Hash {
  SHA_256("SHA-256", "SHA256", 32, "3031300d060960864801650304020105000420"),
  SHA_384("SHA-384", "SHA384", 48, "3041300d060960864801650304020205000430"),
  SHA_512("SHA-512", "SHA512", 64, "3051300d060960864801650304020305000440");

  private final String digestName;
  private final String signaturePrefix;
  private final int bytes;
  private final byte[] digestInfoPrefix;

  Hash(String digestName, String signaturePrefix, int bytes, String digestInfoPrefix) {
    this.digestName = digestName;
    this.signaturePrefix = signaturePrefix;
    this.bytes = bytes;
    this.digestInfoPrefix = HexFormat.of().parseHex(digestInfoPrefix);
  }

  /** The JCA MessageDigest name. */
  public String digestName() {
    return digestName;
  }

  /** As it stands in JCA signature names: the {@code SHA256} of {@code SHA256withRSA}. */
  public String signaturePrefix() {
    return signaturePrefix;
  }

  /** Length of a digest in bytes. */
  public int bytes() {
    return bytes;
  }

  /** The DER of DigestInfo up to the digest, which PKCS#1 v1.5 signs along with it (RFC 8017, section 9.2, note 1). */
  public byte[] digestInfoPrefix() {
    return digestInfoPrefix.clone();
  }
}
