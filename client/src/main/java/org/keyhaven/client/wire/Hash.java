package org.keyhaven.client.wire;

/** The hashes of the service's algorithms (FIPS 180-4). */
public enum Hash {
  SHA_256("SHA-256", "SHA256", 32),
  SHA_384("SHA-384", "SHA384", 48),
  SHA_512("SHA-512", "SHA512", 64);

  private final String digestName;
  private final String signaturePrefix;
  private final int bytes;

  Hash(String digestName, String signaturePrefix, int bytes) {
    this.digestName = digestName;
    this.signaturePrefix = signaturePrefix;
    this.bytes = bytes;
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
}
