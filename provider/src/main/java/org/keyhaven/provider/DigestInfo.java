package org.keyhaven.provider;

import java.util.Arrays;
import java.util.Optional;
import org.keyhaven.client.wire.Hash;

/**
 * The DigestInfo that callers of NONEwithRSA have built themselves (RFC 8017, section 9.2, note 1). One of a hash that the
 * service knows is signed as its own algorithm, which every vault allows; anything else needs RSNULL.
 */
record DigestInfo(Hash hash, byte[] digest) {
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
