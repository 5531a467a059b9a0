package org.keyhaven.server.hsm;

import org.keyhaven.client.wire.Hash;
import org.keyhaven.server.ApiError;

/** The DER of DigestInfo, which PKCS#1 v1.5 signs in place of the bare digest (RFC 8017, section 9.2, note 1). */
final class DigestInfo {
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
    byte[] prefix = hash.digestInfoPrefix();
    byte[] info = new byte[prefix.length + digest.length];
    System.arraycopy(prefix, 0, info, 0, prefix.length);
    System.arraycopy(digest, 0, info, prefix.length, digest.length);
    return info;
  }
}
