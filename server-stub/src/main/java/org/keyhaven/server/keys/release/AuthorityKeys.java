package org.keyhaven.server.keys.release;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.X509CertUtils;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.keyhaven.server.json.Json;
import org.keyhaven.server.outbound.OutboundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The keys that attestation authorities sign with: found through OpenID Connect Discovery 1.0 and a JWK set (RFC 7517) on
 * the authority's own host, kept for an hour, and fetched again when an unknown key is asked for, but not more than once
 * a minute. Thread-safe.
 */
final class AuthorityKeys {
  private static final Logger LOG = LoggerFactory.getLogger(AuthorityKeys.class);
  private static final int LARGEST_ANSWER = 256 * 1024;
  private static final int MOST_AUTHORITIES = 100;
  private static final int LEAST_RSA_BITS = 2048;
  /** How many requests may wait for authorities at a time: slow ones must leave threads to everything else. */
  static final int MOST_WAITING = 32;
  private static final Duration KEPT = Duration.ofHours(1);
  private static final Duration REFETCH = Duration.ofMinutes(1);

  private final Fetcher fetcher;
  private final Clock clock;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);
  private final Map<URI, Fetched> cache = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<URI, Fetched> eldest) {
      return size() > MOST_AUTHORITIES;
    }
  };

  AuthorityKeys(Fetcher fetcher, Clock clock) {
    this.fetcher = fetcher;
    this.clock = clock;
  }

  private record Named(String kid, PublicKey key) { }

  private record Fetched(Instant when, List<Named> keys) {
    List<PublicKey> named(String kid) {
      return keys.stream().filter(key -> kid == null || kid.equals(key.kid())).map(Named::key).toList();
    }
  }

  /**
   * @param kid null for any
   * @return empty when the authority has no such key
   * @throws OutboundException when the authority cannot be asked, or answers nonsense
   */
  List<PublicKey> find(URI authority, String kid) throws OutboundException {
    Instant now = clock.instant();
    Fetched known;
    synchronized (cache) {
      known = cache.get(authority);
    }
    boolean good = known != null && now.isBefore(known.when().plus(KEPT))
        && (!known.named(kid).isEmpty() || now.isBefore(known.when().plus(REFETCH)));
    if (!good) {
      known = new Fetched(now, fetchWithOthers(authority));
      synchronized (cache) {
        cache.put(authority, known);
      }
    }
    return known.named(kid);
  }

  private List<Named> fetchWithOthers(URI authority) throws OutboundException {
    if (!waiting.tryAcquire()) {
      throw new OutboundException(MOST_WAITING + " requests wait for attestation authorities already; try again later");
    }
    try {
      return fetch(authority);
    } finally {
      waiting.release();
    }
  }

  private List<Named> fetch(URI authority) throws OutboundException {
    try {
      JsonNode discovery = Json.mapper()
          .readTree(fetcher.fetch(URI.create(authority + "/.well-known/openid-configuration"), LARGEST_ANSWER));
      URI address = new URI(discovery.path("jwks_uri").asString(""));
      // The policy trusts this host, not any that it may point to.
      if (!"https".equals(address.getScheme()) || !authority.getRawAuthority().equals(address.getRawAuthority())) {
        throw new OutboundException(authority + " publishes its keys elsewhere: " + address);
      }
      List<Named> keys = new ArrayList<>();
      for (JsonNode key : Json.mapper().readTree(fetcher.fetch(address, LARGEST_ANSWER)).path("keys")) {
        parse(authority, key).ifPresent(keys::add);
      }
      return List.copyOf(keys);
    } catch (JacksonException | URISyntaxException e) {
      throw new OutboundException(authority + " does not publish its keys as OpenID Connect has it", e);
    }
  }

  /** One key that is not understood does not hide the others. */
  private static Optional<Named> parse(URI authority, JsonNode key) {
    try {
      PublicKey publicKey = key.has("n") || key.has("x") ? publicKey(JWK.parse(key.toString()))
          : publicKey(JWK.parse(certificate(key)));
      if (publicKey instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
        throw new JOSEException("an RSA key of less than " + LEAST_RSA_BITS + " bits");
      }
      return Optional.of(new Named(key.path("kid").asString(null), publicKey));
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      LOG.info("a key of the attestation authority {} is not used: {}", authority, e.getMessage());
      return Optional.empty();
    }
  }

  private static PublicKey publicKey(JWK key) throws JOSEException {
    if (key instanceof AsymmetricJWK asymmetric) {
      return asymmetric.toPublicKey();
    }
    throw new JOSEException("no public key");
  }

  /** Azure Attestation publishes certificates alone. */
  private static X509Certificate certificate(JsonNode key) throws JOSEException {
    X509Certificate certificate =
        X509CertUtils.parse(Base64.getDecoder().decode(key.path("x5c").path(0).asString("")));
    if (certificate == null) {
      throw new JOSEException("neither a key nor a certificate");
    }
    return certificate;
  }
}
