package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The signature algorithms of the service: one row an algorithm. JCA registration, request parsing and key checks all
 * read these rows (RFC 7518, section 3.1; RFC 8812 for ES256K; "About keys" for RSNULL).
 */
public enum SignatureAlgorithm {
  RS256("RS256", Scheme.RSA_PKCS1, Hash.SHA_256, null),
  RS384("RS384", Scheme.RSA_PKCS1, Hash.SHA_384, null),
  RS512("RS512", Scheme.RSA_PKCS1, Hash.SHA_512, null),
  PS256("PS256", Scheme.RSA_PSS, Hash.SHA_256, null),
  PS384("PS384", Scheme.RSA_PSS, Hash.SHA_384, null),
  PS512("PS512", Scheme.RSA_PSS, Hash.SHA_512, null),
  /** PKCS#1 v1.5 padding around the given bytes as they are, with no DigestInfo made by the service. */
  RSNULL("RSNULL", Scheme.RSA_PKCS1, null, null),
  ES256("ES256", Scheme.ECDSA, Hash.SHA_256, KeyCurve.P_256),
  ES384("ES384", Scheme.ECDSA, Hash.SHA_384, KeyCurve.P_384),
  ES512("ES512", Scheme.ECDSA, Hash.SHA_512, KeyCurve.P_521),
  ES256K("ES256K", Scheme.ECDSA, Hash.SHA_256, KeyCurve.P_256K),
  HS256("HS256", Scheme.HMAC, Hash.SHA_256, null),
  HS384("HS384", Scheme.HMAC, Hash.SHA_384, null),
  HS512("HS512", Scheme.HMAC, Hash.SHA_512, null);

  /**
   * How the digest becomes a signature. PSS has MGF1 of the same hash and a salt as long as the hash. HMAC authenticates the
   * bytes that it is given, and hashes them itself (RFC 7518, section 3.2): no public key verifies it, only the vault does.
   */
  public enum Scheme {
    RSA_PKCS1(KeyType.Family.RSA),
    RSA_PSS(KeyType.Family.RSA),
    ECDSA(KeyType.Family.EC),
    HMAC(KeyType.Family.OCT);

    private final KeyType.Family keyFamily;

    Scheme(KeyType.Family keyFamily) {
      this.keyFamily = keyFamily;
    }

    public KeyType.Family keyFamily() {
      return keyFamily;
    }
  }

  private final String wireName;
  private final Scheme scheme;
  private final Hash hash;
  private final KeyCurve curve;

  SignatureAlgorithm(String wireName, Scheme scheme, Hash hash, KeyCurve curve) {
    this.wireName = wireName;
    this.scheme = scheme;
    this.hash = hash;
    this.curve = curve;
  }

  @JsonValue
  public String wireName() {
    return wireName;
  }

  public Scheme scheme() {
    return scheme;
  }

  /** The hash whose digest is signed; null for {@link #RSNULL} alone. */
  public Hash hash() {
    return hash;
  }

  /** The one curve an ECDSA row works on; null for the others. */
  public KeyCurve curve() {
    return curve;
  }

  /** Whether a key of this family, and for EC of this curve, can use the algorithm. */
  public boolean fits(KeyType.Family family, KeyCurve keyCurve) {
    return scheme.keyFamily() == family && curve == keyCurve;
  }

  /** @throws IllegalArgumentException when no algorithm has this name */
  @JsonCreator
  public static SignatureAlgorithm fromWire(String name) {
    for (SignatureAlgorithm algorithm : values()) {
      if (algorithm.wireName.equals(name)) {
        return algorithm;
      }
    }
    // ECDSA256 is what early previews called ES256K; shipping clients still send it.
    if ("ECDSA256".equals(name)) {
      return ES256K;
    }
    throw new IllegalArgumentException("unknown signature algorithm: " + name);
  }

  @Override
  public String toString() {
    return wireName;
  }
}
