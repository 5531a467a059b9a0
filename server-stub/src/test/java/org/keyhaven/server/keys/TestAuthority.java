package org.keyhaven.server.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** An attestation authority, as release policies name them, that is asked for its keys without a network. */
final class TestAuthority {
  private static final String ADDRESS = "https://authority.test";

  private final RSAKey key;

  TestAuthority() {
    try {
      key = new RSAKeyGenerator(2048).keyID("authority").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A release policy that trusts what this authority calls trusted, in Base64url. */
  static String policy() {
    return KeysApi.base64(("{\"version\":\"1.0.0\",\"anyOf\":[{\"authority\":\"" + ADDRESS
        + "/\",\"anyOf\":[{\"claim\":\"sdk-test\",\"equals\":\"true\"}]}]}").getBytes(StandardCharsets.UTF_8));
  }

  /** What is found at its addresses. */
  byte[] publish(URI address, int most) {
    return (address.getPath().equals("/certs") ? new JWKSet(key).toString()
        : "{\"jwks_uri\":\"" + ADDRESS + "/certs\"}").getBytes(StandardCharsets.UTF_8);
  }

  /** What it says of an environment, whose key to encrypt to is, for tests, the authority's own. */
  String assertion(boolean trusted) {
    SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
        new JWTClaimsSet.Builder().issuer(ADDRESS).expirationTime(Date.from(Instant.now().plusSeconds(600)))
            .claim("sdk-test", trusted)
            .claim("x-ms-runtime", Map.of("keys", List.of(Map.of("kty", "RSA", "kid", "environment", "n",
                key.getModulus().toString(), "e", "AQAB", "key_ops", List.of("encrypt")))))
            .build());
    try {
      jwt.sign(new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return jwt.serialize();
  }
}
