package org.keyhaven.server.keys.release;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigInteger;
import java.net.URI;
import java.security.PublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.outbound.OutboundException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Decides whether an environment is given a key: its assertion is a JWT (RFC 7519) that an authority of the policy signed,
 * within its time, with claims that meet the policy, and it brings the key to encrypt to. Whatever is not so ends in 403.
 * Thread-safe.
 */
public final class ReleaseDecision {
  private static final int LONGEST_ASSERTION = 64 * 1024;
  private static final int LONGEST_KID = 1024;
  private static final Duration SKEW = Duration.ofSeconds(60);
  private static final int LEAST_BITS = 2048;
  private static final int MOST_BITS = 8192;
  /** Signatures with public keys alone: a MAC under a published key would prove nothing. */
  private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.RS384, JWSAlgorithm.RS512,
      JWSAlgorithm.PS256, JWSAlgorithm.PS384, JWSAlgorithm.PS512, JWSAlgorithm.ES256, JWSAlgorithm.ES384,
      JWSAlgorithm.ES512);

  private final AuthorityKeys authorities;
  private final Clock clock;

  public ReleaseDecision(Fetcher fetcher, Clock clock) {
    this.authorities = new AuthorityKeys(fetcher, clock);
    this.clock = clock;
  }

  /**
   * That the environment is given the key.
   *
   * @param authority who vouches for the environment
   * @param kid the name of the key to encrypt to; null when it has none
   * @param key RSA
   */
  public record Recipient(URI authority, String kid, JsonWebKey key) { }

  /**
   * @param assertion what the environment says of itself
   * @throws ApiError 403 with the reason, when anything is not as it must be
   */
  public Recipient decide(ReleasePolicy policy, String assertion) {
    Vouched vouched = vouched(policy, assertion);
    return recipient(vouched.authority(), vouched.claims());
  }

  /**
   * That the policy trusts the environment, which need not bring a key.
   *
   * @return who vouches for it
   * @throws ApiError as {@link #decide}
   */
  public URI requireTrusted(ReleasePolicy policy, String assertion) {
    return vouched(policy, assertion).authority();
  }

  private record Vouched(URI authority, JsonNode claims) { }

  private Vouched vouched(ReleasePolicy policy, String assertion) {
    if (assertion.length() > LONGEST_ASSERTION) {
      throw denied("the assertion is longer than " + LONGEST_ASSERTION + " characters", null);
    }
    SignedJWT jwt;
    JsonNode claims;
    try {
      jwt = SignedJWT.parse(assertion);
      claims = Json.mapper().readTree(jwt.getPayload().toBytes());
    } catch (ParseException | JacksonException e) {
      throw denied("the assertion is no signed JWT", e);
    }
    URI authority = policy.authority(claims.path("iss").asString(""))
        .orElseThrow(() -> denied("the assertion is by an authority that the policy does not name", null));
    requireSigned(authority, jwt);
    requireInTime(claims);
    if (!policy.permits(authority, claims)) {
      throw denied("the assertion's claims do not meet the key's release policy", null);
    }
    return new Vouched(authority, claims);
  }

  private void requireSigned(URI authority, SignedJWT jwt) {
    if (!ALGORITHMS.contains(jwt.getHeader().getAlgorithm())) {
      throw denied("the assertion is signed with an algorithm that is not accepted", null);
    }
    try {
      for (PublicKey key : authorities.find(authority, jwt.getHeader().getKeyID())) {
        if (verifies(jwt, key)) {
          return;
        }
      }
    } catch (OutboundException e) {
      throw denied("the keys of its authority cannot be had: " + e.getMessage(), e);
    }
    throw denied("the assertion's signature is not by its authority", null);
  }

  /** A key of another type than the algorithm's verifies nothing. */
  private static boolean verifies(SignedJWT jwt, PublicKey key) {
    try {
      JWSVerifier verifier = new DefaultJWSVerifierFactory().createJWSVerifier(jwt.getHeader(), key);
      return jwt.verify(verifier);
    } catch (JOSEException e) {
      return false;
    }
  }

  private void requireInTime(JsonNode claims) {
    double now = clock.instant().getEpochSecond();
    JsonNode exp = claims.path("exp");
    JsonNode nbf = claims.path("nbf");
    // As numbers, for not every number is a time; what is none at all counts against the assertion.
    if (!exp.isNumber() || now - SKEW.toSeconds() >= exp.asDouble(0)) {
      throw denied("the assertion is expired, or has no 'exp'", null);
    }
    if (!nbf.isMissingNode() && (!nbf.isNumber() || now + SKEW.toSeconds() < nbf.asDouble(Double.MAX_VALUE))) {
      throw denied("the assertion is not valid yet", null);
    }
  }

  /** The first public RSA key for encryption in {@code x-ms-runtime.keys}. */
  private static Recipient recipient(URI authority, JsonNode claims) {
    for (JsonNode key : claims.path("x-ms-runtime").path("keys")) {
      if (key.path("kty").asString("").equals("RSA") && encrypts(key)) {
        String kid = key.path("kid").asString(null);
        if (kid != null && kid.length() > LONGEST_KID) {
          throw denied("the name of the key-encryption key is too long", null);
        }
        return new Recipient(authority, kid, rsa(key));
      }
    }
    throw denied("the assertion has no RSA key for encryption in x-ms-runtime.keys", null);
  }

  private static boolean encrypts(JsonNode key) {
    return key.path("use").asString("").equals("enc") || has(key.path("key_use"), "enc")
        || has(key.path("key_ops"), "encrypt") || has(key.path("key_ops"), "wrapKey");
  }

  private static boolean has(JsonNode list, String value) {
    for (JsonNode one : list) {
      if (one.asString("").equals(value)) {
        return true;
      }
    }
    return list.isString() && list.asString().equals(value);
  }

  private static JsonWebKey rsa(JsonNode key) {
    try {
      BigInteger n = new BigInteger(1, Base64.getUrlDecoder().decode(key.path("n").asString("")));
      BigInteger e = new BigInteger(1, Base64.getUrlDecoder().decode(key.path("e").asString("")));
      if (n.bitLength() >= LEAST_BITS && n.bitLength() <= MOST_BITS && n.testBit(0) && e.bitLength() >= 2
          && e.bitLength() <= Long.SIZE && e.testBit(0)) {
        return JsonWebKey.rsa(KeyType.RSA, unsigned(n), unsigned(e));
      }
    } catch (IllegalArgumentException e) {
      throw denied("the key-encryption key in x-ms-runtime.keys is not an RSA key", e);
    }
    throw denied("the key-encryption key in x-ms-runtime.keys is not an RSA key of " + LEAST_BITS + " to " + MOST_BITS
        + " bits", null);
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static ApiError denied(String reason, Throwable cause) {
    return new ApiError(403, "Forbidden", "KeyReleaseDenied", "The key is not released: " + reason + ".", cause);
  }
}
