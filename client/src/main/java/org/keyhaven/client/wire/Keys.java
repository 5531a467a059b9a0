package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The bodies of the key operations (OpenAPI: Keys). */
public final class Keys {
  private Keys() { }

  /**
   * Answer of create, get and delete.
   *
   * @param managed true when the key belongs to a certificate; otherwise absent
   * @param releasePolicy null on keys that are not exportable
   * @param recoveryId set on deleted keys alone, as are the two dates
   */
  public record KeyBundle(JsonWebKey key, ObjectAttributes attributes, Map<String, String> tags, Boolean managed,
      @JsonProperty("release_policy") KeyReleasePolicy releasePolicy, String recoveryId, Instant deletedDate,
      Instant scheduledPurgeDate) { }

  /** One line of a listing. */
  public record KeyItem(ObjectId kid, ObjectAttributes attributes, Map<String, String> tags, Boolean managed,
      String recoveryId, Instant deletedDate, Instant scheduledPurgeDate) { }

  /** {@code POST /keys/NAME/create}. */
  public record KeyCreateParameters(KeyType kty, @JsonProperty("key_size") Integer keySize,
      @JsonProperty("public_exponent") Long publicExponent, @JsonProperty("key_ops") List<KeyOperation> keyOps,
      ObjectAttributes attributes, Map<String, String> tags, KeyCurve crv,
      @JsonProperty("release_policy") KeyReleasePolicy releasePolicy) {

    /** A key that is not exportable. */
    public KeyCreateParameters(KeyType kty, Integer keySize, Long publicExponent, List<KeyOperation> keyOps,
        ObjectAttributes attributes, Map<String, String> tags, KeyCurve crv) {
      this(kty, keySize, publicExponent, keyOps, attributes, tags, crv, null);
    }
  }

  /** {@code PATCH /keys/NAME/VERSION}; members that are null stay as they are. */
  public record KeyUpdateParameters(@JsonProperty("key_ops") List<KeyOperation> keyOps, ObjectAttributes attributes,
      Map<String, String> tags) { }

  /** {@code POST /keys/NAME/VERSION/sign}; {@code value} is the digest. */
  public record KeySignParameters(SignatureAlgorithm alg, byte[] value) { }

  /** {@code POST /keys/NAME/VERSION/verify}; {@code digest} and the signature {@code value}. */
  public record KeyVerifyParameters(SignatureAlgorithm alg, byte[] digest, byte[] value) { }

  /** Answer of sign: the key that did it, with its version, and the result. ECDSA is r||s, each of coordinate length. */
  public record KeyOperationResult(ObjectId kid, byte[] value) { }

  /** Answer of verify. */
  public record KeyVerifyResult(boolean value) { }
}
