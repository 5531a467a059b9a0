package org.keyhaven.provider;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.keyhaven.client.wire.Hash;

/**
 * The DigestInfo that callers of NONEwithRSA have built themselves (RFC 8017, section 9.2, note 1). One of a hash that the
 * service knows is signed as its own algorithm, which every vault allows; anything else needs RSNULL.
 */
record DigestInfo(Hash hash, byte[] digest) {
  private static final byte[] SHA_1_PREFIX = HexFormat.of().parseHex("3021300906052b0e03021a05000414");

  /** Encoded. SHA-1 is none of the service's hashes. */
  static byte[] ofSha1(byte[] digest) {
    byte[] encoded = Arrays.copyOf(SHA_1_PREFIX, SHA_1_PREFIX.length + digest.length);
    System.arraycopy(digest, 0, encoded, SHA_1_PREFIX.length, digest.length);
    return encoded;
  }

  static Optional<DigestInfo> parse(byte[] encoded) {
    for (Hash hash : Hash.values()) {
      byte[] prefix = hash.digestInfoPrefix();
      if (encoded.length == prefix.length + hash.bytes()
          && Arrays.equals(encoded, 0, prefix.length, prefix, 0, prefix.length)) {
        return Optional.of(new DigestInfo(hash, Arrays.copyOfRange(encoded, prefix.length, encoded.length)));
      }
    }
    return Optional.empty();
  }
}
