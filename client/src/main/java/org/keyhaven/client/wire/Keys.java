package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The bodies of the key operations (OpenAPI: Keys). Callers of the client meet {@link KeyBundle}, {@link KeyItem} and the
 * parameters of create, import and update; the others are what it sends and receives for them.
 */
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

  /**
   * One line of a listing.
   *
   * @param kid with version in a listing of versions alone
   */
  public record KeyItem(ObjectId kid, ObjectAttributes attributes, Map<String, String> tags, Boolean managed,
      String recoveryId, Instant deletedDate, Instant scheduledPurgeDate) { }

  /** {@code POST /keys/NAME/create}. */
  public record KeyCreateParameters(KeyType kty, @JsonProperty("key_size") Integer keySize,
      @JsonProperty("public_exponent") Long publicExponent, @JsonProperty("key_ops") List<KeyOperation> keyOps,
      ObjectAttributes attributes, Map<String, String> tags, KeyCurve crv,
      @JsonProperty("release_policy") KeyReleasePolicy releasePolicy) {

    /** An RSA key of 2048, 3072 or 4096 bits. */
    public static KeyCreateParameters rsa(int bits) {
      return new KeyCreateParameters(KeyType.RSA, bits, null, null, null, null, null);
    }

    /** An EC key. */
    public static KeyCreateParameters ec(KeyCurve curve) {
      return new KeyCreateParameters(KeyType.EC, null, null, null, null, null, curve);
    }

    /** An AES key of 128, 192 or 256 bits; only a Managed HSM makes it. */
    public static KeyCreateParameters oct(int bits) {
      return new KeyCreateParameters(KeyType.OCT_HSM, bits, null, null, null, null, null);
    }

    /** Kept by an HSM, and never in the clear outside of it. */
    public KeyCreateParameters inHsm() {
      return new KeyCreateParameters(KeyType.of(kty.family(), true), keySize, publicExponent, keyOps, attributes, tags, crv,
          releasePolicy);
    }

    /** For these uses alone; without it, for all that its type can. */
    public KeyCreateParameters withKeyOps(KeyOperation... operations) {
      return new KeyCreateParameters(kty, keySize, publicExponent, List.of(operations), attributes, tags, crv, releasePolicy);
    }

    /** RSA's public exponent; the service's default is 65537. */
    public KeyCreateParameters withPublicExponent(long exponent) {
      return new KeyCreateParameters(kty, keySize, exponent, keyOps, attributes, tags, crv, releasePolicy);
    }

    /** Whether it may be used, and when. Call it before {@link #exportable}, whose mark it would take away. */
    public KeyCreateParameters withAttributes(ObjectAttributes given) {
      return new KeyCreateParameters(kty, keySize, publicExponent, keyOps, given, tags, crv, releasePolicy);
    }

    public KeyCreateParameters withTags(Map<String, String> given) {
      return new KeyCreateParameters(kty, keySize, publicExponent, keyOps, attributes, given, crv, releasePolicy);
    }

    /** May leave the vault, to environments that meet the policy. Nothing but creation can say so. */
    public KeyCreateParameters exportable(KeyReleasePolicy policy) {
      return new KeyCreateParameters(kty, keySize, publicExponent, keyOps, ObjectAttributes.exportable(attributes), tags,
          crv, policy);
    }

    /** A key that is not exportable. */
    public KeyCreateParameters(KeyType kty, Integer keySize, Long publicExponent, List<KeyOperation> keyOps,
        ObjectAttributes attributes, Map<String, String> tags, KeyCurve crv) {
      this(kty, keySize, publicExponent, keyOps, attributes, tags, crv, null);
    }
  }

  /**
   * {@code PUT /keys/NAME}.
   *
   * @param hsm whether an HSM shall keep the key; its {@code kty} may say so too
   */
  public record KeyImportParameters(@JsonProperty("Hsm") Boolean hsm, PrivateJsonWebKey key, ObjectAttributes attributes,
      Map<String, String> tags, @JsonProperty("release_policy") KeyReleasePolicy releasePolicy) {

    /** Kept as the key's type says. */
    public static KeyImportParameters of(PrivateJsonWebKey key) {
      return new KeyImportParameters(null, key, null, null, null);
    }

    /** Kept by an HSM, whatever the key's type says. */
    public KeyImportParameters inHsm() {
      return new KeyImportParameters(true, key, attributes, tags, releasePolicy);
    }

    /** Whether it may be used, and when. Call it before {@link #exportable}, whose mark it would take away. */
    public KeyImportParameters withAttributes(ObjectAttributes given) {
      return new KeyImportParameters(hsm, key, given, tags, releasePolicy);
    }

    public KeyImportParameters withTags(Map<String, String> given) {
      return new KeyImportParameters(hsm, key, attributes, given, releasePolicy);
    }

    /** May leave the vault, to environments that meet the policy. Nothing but import can say so. */
    public KeyImportParameters exportable(KeyReleasePolicy policy) {
      return new KeyImportParameters(hsm, key, ObjectAttributes.exportable(attributes), tags, policy);
    }
  }

  /** {@code PATCH /keys/NAME/VERSION}; members that are null stay as they are. */
  public record KeyUpdateParameters(@JsonProperty("key_ops") List<KeyOperation> keyOps, ObjectAttributes attributes,
      Map<String, String> tags, @JsonProperty("release_policy") KeyReleasePolicy releasePolicy) {

    /** No change yet. */
    public static KeyUpdateParameters none() {
      return new KeyUpdateParameters(null, null, null, null);
    }

    /** In place of what it may do. */
    public KeyUpdateParameters withKeyOps(KeyOperation... operations) {
      return new KeyUpdateParameters(List.of(operations), attributes, tags, releasePolicy);
    }

    /** Whether it may be used, and when; members that are null stay as they are. */
    public KeyUpdateParameters withAttributes(ObjectAttributes given) {
      return new KeyUpdateParameters(keyOps, given, tags, releasePolicy);
    }

    /** In place of all tags that there were. */
    public KeyUpdateParameters withTags(Map<String, String> given) {
      return new KeyUpdateParameters(keyOps, attributes, given, releasePolicy);
    }

    /** In place of a policy that is not immutable. */
    public KeyUpdateParameters withReleasePolicy(KeyReleasePolicy policy) {
      return new KeyUpdateParameters(keyOps, attributes, tags, policy);
    }
  }

  /** {@code POST /keys/NAME/VERSION/sign}; {@code value} is the digest. */
  public record KeySignParameters(SignatureAlgorithm alg, byte[] value) { }

  /** {@code POST /keys/NAME/VERSION/verify}; {@code digest} and the signature {@code value}. */
  public record KeyVerifyParameters(SignatureAlgorithm alg, byte[] digest, byte[] value) { }

  /**
   * {@code POST /keys/NAME/VERSION/encrypt}, and likewise decrypt, wrapKey and unwrapKey. The algorithm decides which of
   * {@code iv}, {@code aad} and {@code tag} there are. It never prints itself.
   */
  public record KeyOperationParameters(EncryptionAlgorithm alg, byte[] value, byte[] iv, byte[] aad, byte[] tag) {
    @Override
    public String toString() {
      return "parameters of " + alg;
    }
  }

  /**
   * Answer of sign, encrypt, decrypt, wrapKey and unwrapKey: the key that did it, with its version, and the result. ECDSA is
   * r||s, each of coordinate length. It never prints itself.
   *
   * @param iv with which it was encrypted; null where the algorithm has none, as are the next two
   * @param tag authenticates the ciphertext
   * @param aad what was authenticated with it
   */
  public record KeyOperationResult(ObjectId kid, byte[] value, byte[] iv, byte[] tag, byte[] aad) {

    /** A value alone. */
    public static KeyOperationResult of(ObjectId kid, byte[] value) {
      return new KeyOperationResult(kid, value, null, null, null);
    }

    @Override
    public String toString() {
      return "a result of " + kid;
    }
  }

  /** {@code POST /keys/NAME/VERSION/securewrapkey} of a Managed HSM: a new AES-256 key is made and comes back wrapped. */
  public record SecureKeyWrapParameters(EncryptionAlgorithm alg) { }

  /**
   * {@code POST /keys/NAME/VERSION/secureunwrapkey} of a Managed HSM. It never prints itself.
   *
   * @param target what the environment that is to have the key says of itself, as for release
   */
  public record SecureKeyUnwrapParameters(EncryptionAlgorithm alg, byte[] value, String target) {
    @Override
    public String toString() {
      return "parameters of " + alg;
    }
  }

  /** Answer of both: the wrapped key, or the unwrapped one. It never prints itself. */
  public record SecureKeyResult(ObjectId kid, EncryptionAlgorithm alg, byte[] value) {
    @Override
    public String toString() {
      return "a result of " + kid;
    }
  }

  /** Answer of verify. */
  public record KeyVerifyResult(boolean value) { }

  /** Answer of {@code POST /keys/NAME/backup}, and {@code POST /keys/restore}: a sealed key with all its versions. */
  public record KeyBackup(byte[] value) { }

  /** {@code POST /rng}. @param count 1 to 128 */
  public record GetRandomBytesRequest(Integer count) { }

  /** Answer of {@code POST /rng}. It never prints itself. */
  public record RandomBytes(byte[] value) {
    @Override
    public String toString() {
      return "random bytes";
    }
  }
}
