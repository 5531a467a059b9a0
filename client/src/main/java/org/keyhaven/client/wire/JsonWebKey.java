package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * A key as the service shows it: the public half, and what it may be used for (RFC 7517; RFC 7518, section 6).
 *
 * @param kid the identifier with version, or null where the key stands alone
 * @param kty the key type
 * @param keyOps what the key may do; names this version does not know are kept, so that listing never fails on them
 * @param n RSA modulus, big-endian, no leading zero octet
 * @param e RSA public exponent, big-endian, no leading zero octet
 * @param crv the curve of an EC key
 * @param x EC coordinate, big-endian, of the curve's full length
 * @param y EC coordinate, big-endian, of the curve's full length
 */
public record JsonWebKey(ObjectId kid, KeyType kty, @JsonProperty("key_ops") List<String> keyOps, byte[] n, byte[] e,
    KeyCurve crv, byte[] x, byte[] y) {

  /** The public half of an RSA key, not yet named. */
  public static JsonWebKey rsa(KeyType kty, byte[] n, byte[] e) {
    return new JsonWebKey(null, kty, null, n, e, null, null, null);
  }

  /** The public half of an EC key, not yet named. */
  public static JsonWebKey ec(KeyType kty, KeyCurve crv, byte[] x, byte[] y) {
    return new JsonWebKey(null, kty, null, null, null, crv, x, y);
  }

  /** The same key under a name, with its permitted operations. */
  public JsonWebKey named(ObjectId newKid, List<String> newKeyOps) {
    return new JsonWebKey(newKid, kty, newKeyOps, n, e, crv, x, y);
  }
}
