package org.keyhaven.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.access.Principal;

class JwtAuthenticatorTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Set<String> AUDIENCES = Set.of("https://vault.localhost:8443");
  private static RSAKey key;
  private static RSAKey otherKey;

  private Instant time = NOW;
  private final JwtAuthenticator authenticator = new JwtAuthenticator(key.toPublicJWK(), () -> "the-issuer", new Clock() {
    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return time;
    }
  });

  @BeforeAll
  static void makeKeys() throws Exception {
    key = new RSAKeyGenerator(2048).keyID("k").generate();
    otherKey = new RSAKeyGenerator(2048).keyID("k").generate();
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder().issuer("the-issuer").audience("https://vault.localhost:8443/").subject("s")
        .notBeforeTime(Date.from(NOW)).expirationTime(Date.from(NOW.plusSeconds(3600)))
        .claim("oid", "o").claim("azp", "a").claim("tid", "t");
  }

  private static String sign(JWTClaimsSet claims, RSAKey with, JWSAlgorithm algorithm) throws Exception {
    SignedJWT token = new SignedJWT(new JWSHeader.Builder(algorithm).keyID("k").build(), claims);
    token.sign(new RSASSASigner(with));
    return token.serialize();
  }

  private static String good() throws Exception {
    return sign(claims().build(), key, JWSAlgorithm.RS256);
  }

  private void refused(String token, String reason) {
    assertThatExceptionOfType(ApiError.class).isThrownBy(() -> authenticator.authenticate("Bearer " + token, AUDIENCES))
        .withMessageContaining(reason)
        .satisfies(e -> assertThat(e.status()).isEqualTo(401))
        .satisfies(e -> assertThat(e.code()).isEqualTo("Unauthorized"));
  }

  @Test
  void aGoodTokenSpeaksForItsPrincipalAgainAndAgain() throws Exception {
    String token = good();
    for (int i = 0; i < 3; i++) {
      assertThat(authenticator.authenticate("bearer " + token, AUDIENCES)).isEqualTo(new Principal("o", "a", "t"));
    }
  }

  @Test
  void aTokenThatWasAcceptedStillExpires() throws Exception {
    String token = good();
    authenticator.authenticate("Bearer " + token, AUDIENCES);
    time = NOW.plusSeconds(3600).plus(JwtAuthenticator.SKEW).minusMillis(1);
    authenticator.authenticate("Bearer " + token, AUDIENCES);
    time = time.plusMillis(1);
    refused(token, "expired at 2026-01-01T01:00:00Z");
  }

  @Test
  void aTokenThatWasAcceptedIsNotGoodForAnotherVault() throws Exception {
    String token = good();
    authenticator.authenticate("Bearer " + token, AUDIENCES);
    assertThatExceptionOfType(ApiError.class)
        .isThrownBy(() -> authenticator.authenticate("Bearer " + token, Set.of("https://managedhsm.localhost:8444")))
        .withMessageContaining("audience");
  }

  @Test
  void aTokenFromTheFutureIsRefusedBeyondTheSkew() throws Exception {
    String soon = sign(claims().notBeforeTime(Date.from(NOW.plusSeconds(60))).build(), key, JWSAlgorithm.RS256);
    authenticator.authenticate("Bearer " + soon, AUDIENCES);
    refused(sign(claims().notBeforeTime(Date.from(NOW.plus(Duration.ofSeconds(61)))).build(), key, JWSAlgorithm.RS256),
        "not valid before");
  }

  @Test
  void otherSignaturesAreRefused() throws Exception {
    refused(sign(claims().build(), otherKey, JWSAlgorithm.RS256), "signature");
    refused(sign(claims().build(), key, JWSAlgorithm.RS512), "RS256");
    refused(sign(claims().build(), key, JWSAlgorithm.PS256), "RS256");
    refused(new PlainJWT(claims().build()).serialize(), "no signed JWT");

    // The public key as an HMAC secret: what a verifier that trusts the header's alg would accept.
    SignedJWT confused = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k").build(), claims().build());
    confused.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
    refused(confused.serialize(), "RS256");

    String token = good();
    refused(token.substring(0, token.length() - 8) + "AAAAAAAA", "signature");
    String[] parts = token.split("\\.");
    refused(parts[0] + "." + good().split("\\.")[1].replace('a', 'b') + "." + parts[2], "");
  }

  @Test
  void anUnknownCriticalHeaderIsRefused() throws Exception {
    SignedJWT token = new SignedJWT(
        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").criticalParams(Set.of("x")).customParam("x", 1).build(),
        claims().build());
    token.sign(new RSASSASigner(key));
    refused(token.serialize(), "signature");
  }

  @Test
  void otherClaimsAreRefused() throws Exception {
    refused(sign(claims().issuer("other").build(), key, JWSAlgorithm.RS256), "issuer");
    refused(sign(claims().issuer(null).build(), key, JWSAlgorithm.RS256), "issuer");
    refused(sign(claims().audience("https://other").build(), key, JWSAlgorithm.RS256), "audience");
    refused(sign(claims().audience((String) null).build(), key, JWSAlgorithm.RS256), "audience");
    refused(sign(claims().expirationTime(null).build(), key, JWSAlgorithm.RS256), "exp");
    refused(sign(claims().claim("oid", null).subject(null).build(), key, JWSAlgorithm.RS256), "oid");
    refused(sign(claims().claim("oid", 7).build(), key, JWSAlgorithm.RS256), "no signed JWT");
  }

  @Test
  void whatIsNoTokenIsRefused() {
    for (String text : new String[] {"", "x", "a.b.c", "..", "eyJ9.eyJ9.eyJ9", "é".repeat(100)}) {
      refused(text, "");
    }
    refused("x".repeat(20_000), "too long");
    assertThatExceptionOfType(ApiError.class).isThrownBy(() -> authenticator.authenticate(null, AUDIENCES))
        .withMessageContaining("missing a Bearer token");
    assertThatExceptionOfType(ApiError.class).isThrownBy(() -> authenticator.authenticate("Basic eDp5", AUDIENCES))
        .withMessageContaining("must be a Bearer token");
  }
}
