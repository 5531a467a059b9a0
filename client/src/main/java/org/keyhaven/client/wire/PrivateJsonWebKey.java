package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * A key on its way into a vault (RFC 7517; RFC 7518, section 6): the private or secret parts in the clear, or in their place
 * {@code key_hsm}, a {@link KeyTransferBlob}. All numbers are big-endian. It never prints itself.
 *
 * @param kty the type that it shall have
 * @param keyOps what it may do; null for all that its type can
 * @param d RSA private exponent, or private number of an EC key
 * @param k the octets of a symmetric key
 * @param keyHsm the JSON of a transfer blob
 */
public record PrivateJsonWebKey(KeyType kty, @JsonProperty("key_ops") List<KeyOperation> keyOps, byte[] n, byte[] e,
    byte[] d, byte[] dp, byte[] dq, byte[] qi, byte[] p, byte[] q, byte[] k, @JsonProperty("key_hsm") byte[] keyHsm,
    KeyCurve crv, byte[] x, byte[] y) {

  @Override
  public String toString() {
    return "a private key of type " + kty;
  }
}
