package org.keyhaven.server.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Supplier;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.access.Authenticator;
import org.keyhaven.server.access.Principal;

/**
 * Validates bearer tokens (RFC 6750) that are JWTs (RFC 7519; RFC 8725): signed with RS256 by the issuer's key, by no other
 * algorithm whatever the token's header says; with the issuer's name, one of the caller's audiences, and within their time.
 * Thread-safe. A token that was found good is remembered by its SHA-256 until it expires, in a bounded cache, so that a client
 * with many requests costs one RSA verification.
 */
public final class JwtAuthenticator implements Authenticator {
  /** How far clocks may be apart. */
  static final Duration SKEW = Duration.ofSeconds(60);

  private static final String SCHEME = "Bearer ";
  /** Entra's tokens with all their claims stay well below. */
  private static final int LONGEST_TOKEN = 16 * 1024;

  private final RSAKey key;
  private final RSASSAVerifier verifier;
  private final Supplier<String> issuer;
  private final Clock clock;
  private final VerifiedTokens verified = new VerifiedTokens();

  JwtAuthenticator(RSAKey key, Supplier<String> issuer, Clock clock) {
    this.key = key;
    this.issuer = issuer;
    this.clock = clock;
    try {
      this.verifier = new RSASSAVerifier(key);
    } catch (JOSEException e) {
      throw new IllegalStateException("RS256 is in every JVM", e);
    }
  }

  @Override
  public Principal authenticate(String authorization, Set<String> audiences) {
    if (authorization == null) {
      throw unauthorized("Request is missing a Bearer token: get one for the resource that WWW-Authenticate names.");
    }
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw unauthorized("The Authorization header must be a Bearer token.");
    }
    String token = authorization.substring(SCHEME.length()).trim();
    if (token.length() > LONGEST_TOKEN) {
      throw unauthorized("The bearer token is too long.");
    }
    String digest = digest(token);
    VerifiedToken known = verified.get(digest);
    if (known == null) {
      known = verify(token);
      verified.put(digest, known);
    }
    // The time, unlike the signature, must be looked at each time; so must the audience, which depends on the vault.
    checkTime(known);
    if (Collections.disjoint(known.audiences(), audiences)) {
      throw unauthorized("The token's audience is not this vault: get one for the resource that WWW-Authenticate names.");
    }
    return known.principal();
  }

  private VerifiedToken verify(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      if (!JWSAlgorithm.RS256.equals(jwt.getHeader().getAlgorithm())) {
        throw unauthorized("The token's algorithm must be RS256.");
      }
      if (!key.getKeyID().equals(jwt.getHeader().getKeyID()) || !jwt.verify(verifier)) {
        throw unauthorized("The token's signature is not by the issuer of this vault.");
      }
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      if (!issuer.get().equals(claims.getIssuer())) {
        throw unauthorized("The token's issuer is not the one of this vault; it may have been issued before a restart: get"
            + " a new one.");
      }
      String objectId = claims.getStringClaim("oid") != null ? claims.getStringClaim("oid") : claims.getSubject();
      if (objectId == null || claims.getExpirationTime() == null) {
        throw unauthorized("The token lacks oid or exp.");
      }
      String applicationId =
          claims.getStringClaim("appid") != null ? claims.getStringClaim("appid") : claims.getStringClaim("azp");
      return new VerifiedToken(new Principal(objectId, applicationId, claims.getStringClaim("tid")),
          claims.getAudience().stream().map(Audience::normalize).toList(), instant(claims.getNotBeforeTime()),
          instant(claims.getExpirationTime()));
    } catch (ParseException e) {
      throw unauthorized("The bearer token is no signed JWT.");
    } catch (JOSEException e) {
      throw unauthorized("The token's signature cannot be verified.");
    }
  }

  private void checkTime(VerifiedToken token) {
    Instant now = clock.instant();
    if (!now.isBefore(token.expires().plus(SKEW))) {
      throw unauthorized("The token expired at " + token.expires() + ": get a new one.");
    }
    if (token.notBefore() != null && now.isBefore(token.notBefore().minus(SKEW))) {
      throw unauthorized("The token is not valid before " + token.notBefore() + ": check the clocks.");
    }
  }

  private static Instant instant(Date date) {
    return date == null ? null : date.toInstant();
  }

  private static ApiError unauthorized(String message) {
    return new ApiError(401, "Unauthorized", message);
  }

  private static String digest(String token) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every JVM", e);
    }
  }
}
