package org.keyhaven.server.hsm;

import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.server.ApiError;

/** The DER of DigestInfo, which PKCS#1 v1.5 signs in place of the bare digest (RFC 8017, section 9.2, note 1). */
final class DigestInfo {
  private static final Map<Hash, byte[]> PREFIXES = new EnumMap<>(Map.of(
      Hash.SHA_256, HexFormat.of().parseHex("3031300d060960864801650304020105000420"),
      Hash.SHA_384, HexFormat.of().parseHex("3041300d060960864801650304020205000430"),
      Hash.SHA_512, HexFormat.of().parseHex("3051300d060960864801650304020305000440")));
  private static final int PADDING_BYTES = 11;

  private DigestInfo() { }

  /**
   * What the padding goes around. For {@code RSNULL}, the bytes as they are.
   *
   * @throws ApiError 400 when {@code RSNULL} is given more bytes than fit into the key's modulus (RFC 8017, section 9.2)
   */
  static byte[] of(Hash hash, KeySpec spec, byte[] digest) {
    if (hash == null) {
      int most = ((KeySpec.Rsa) spec).bits() / 8 - PADDING_BYTES;
      if (digest.length > most) {
        throw ApiError.badParameter("RSNULL with this key takes at most " + most + " bytes, not " + digest.length);
      }
      return digest;
    }
    byte[] prefix = PREFIXES.get(hash);
    byte[] info = new byte[prefix.length + digest.length];
    System.arraycopy(prefix, 0, info, 0, prefix.length);
    System.arraycopy(digest, 0, info, prefix.length, digest.length);
    return info;
  }
}
