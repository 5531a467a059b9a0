package org.keyhaven.provider;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.keyhaven.client.wire.Hash;

/**
 * The DigestInfo that callers of NONEwithRSA have built themselves (RFC 8017, section 9.2, note 1). One of a hash that the
 * service knows is signed as its own algorithm, which every vault allows; anything else needs RSNULL.
 */
record DigestInfo(Hash hash, byte[] digest) {
  private static final Map<Hash, byte[]> PREFIXES = Map.of(
      Hash.SHA_256, HexFormat.of().parseHex("3031300d060960864801650304020105000420"),
      Hash.SHA_384, HexFormat.of().parseHex("3041300d060960864801650304020205000430"),
      Hash.SHA_512, HexFormat.of().parseHex("3051300d060960864801650304020305000440"));

  static Optional<DigestInfo> parse(byte[] encoded) {
    for (Hash hash : Hash.values()) {
      byte[] prefix = PREFIXES.get(hash);
      if (encoded.length == prefix.length + hash.bytes()
          && Arrays.equals(encoded, 0, prefix.length, prefix, 0, prefix.length)) {
        return Optional.of(new DigestInfo(hash, Arrays.copyOfRange(encoded, prefix.length, encoded.length)));
      }
    }
    return Optional.empty();
  }
}
