package org.keyhaven.server.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The built-in issuer: signs tokens for the one client made at first start, with OAuth 2.0 client credentials (RFC 6749,
 * section 4.4). Thread-safe; it speaks no HTTP itself ({@link IssuerRoutes} does).
 */
public final class Issuer {
  /** How long a token is valid. */
  static final Duration TOKEN_LIFE = Duration.ofHours(1);

  /** Clients keep a token for an hour; more than this on average is a mistake or an attack, and would keep the CPU signing. */
  private static final int TOKENS_PER_SECOND = 50;
  private static final String DEFAULT_SCOPE = "/.default";
  /** Scopes of OpenID Connect that libraries add on their own; they name no resource. */
  private static final Set<String> IDLE_SCOPES = Set.of("openid", "profile", "offline_access");

  private final RSAKey key;
  private final JWSSigner signer;
  private final String tenantId;
  private final BuiltInClient client;
  private final Supplier<String> baseUrl;
  private final Supplier<Set<String>> audiences;
  private final Clock clock;
  private final RateLimit limit;

  private Issuer(RSAKey key, String tenantId, BuiltInClient client, Supplier<String> baseUrl,
      Supplier<Set<String>> audiences, Clock clock) throws JOSEException {
    this.key = key;
    this.signer = new RSASSASigner(key);
    this.tenantId = tenantId;
    this.client = client;
    this.baseUrl = baseUrl;
    this.audiences = audiences;
    this.clock = clock;
    this.limit = new RateLimit(TOKENS_PER_SECOND, clock);
  }

  /**
   * @param keyFile the signing key; made when it does not exist
   * @param baseUrl {@code https://localhost:PORT}, the beginning of the issuer's name; asked for at each use, because the port
   *     may be known only once the server listens
   * @param audiences the resources that tokens are issued for, without trailing slash
   */
  public static Issuer open(Path keyFile, String tenantId, BuiltInClient client, Supplier<String> baseUrl,
      Supplier<Set<String>> audiences, Clock clock) {
    try {
      return new Issuer(SigningKey.open(keyFile), tenantId, client, baseUrl, audiences, clock);
    } catch (JOSEException e) {
      throw new IllegalStateException("RS256 is in every JVM", e);
    }
  }

  /** The authenticator that accepts what this issuer signed. */
  public JwtAuthenticator authenticator() {
    return new JwtAuthenticator(key.toPublicJWK(), this::name, clock);
  }

  String tenantId() {
    return tenantId;
  }

  /** The {@code iss} of its tokens. */
  String name() {
    return baseUrl.get() + "/" + tenantId + "/v2.0";
  }

  /** The public key, as RFC 7517 has it. */
  Map<String, Object> keys() {
    return new JWKSet(key).toJSONObject(true);
  }

  /**
   * The discovery document (OpenID Connect Discovery 1.0, section 3).
   *
   * @param base where the client found it: the endpoints are there too
   */
  Map<String, Object> discovery(URI base) {
    String tenant = base + "/" + tenantId;
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("issuer", name());
    document.put("authorization_endpoint", tenant + "/oauth2/v2.0/authorize");
    document.put("token_endpoint", tenant + "/oauth2/v2.0/token");
    document.put("jwks_uri", tenant + "/discovery/v2.0/keys");
    document.put("token_endpoint_auth_methods_supported", List.of("client_secret_post", "client_secret_basic"));
    document.put("grant_types_supported", List.of("client_credentials"));
    document.put("response_types_supported", List.of("token"));
    document.put("subject_types_supported", List.of("pairwise"));
    document.put("id_token_signing_alg_values_supported", List.of("RS256"));
    return document;
  }

  /** What MSAL asks first: whether {@code base} is an authority, and by which names it goes. */
  Map<String, Object> instanceDiscovery(URI base) {
    String host = base.getAuthority();
    return Map.of(
        "tenant_discovery_endpoint", base + "/" + tenantId + "/v2.0/.well-known/openid-configuration",
        "api-version", "1.1",
        "metadata", List.of(Map.of("preferred_network", host, "preferred_cache", host, "aliases", List.of(host))));
  }

  /**
   * Answers a token request.
   *
   * @param form the form's members
   * @param authorization the Authorization header; null when there is none
   * @param resourceParameter true for the first version of the endpoint, which names a {@code resource}, not a {@code scope}
   * @return the answer's members (RFC 6749, section 5.1)
   */
  Map<String, Object> token(Map<String, String> form, String authorization, boolean resourceParameter) throws OAuthError {
    authenticateClient(form, authorization);
    String grant = form.getOrDefault("grant_type", "");
    if (!grant.equals("client_credentials")) {
      throw new OAuthError(400, grant.isEmpty() ? "invalid_request" : "unsupported_grant_type", 70003,
          "grant_type must be client_credentials.");
    }
    String resource = resourceParameter ? resource(form) : resourceOfScope(form);
    if (!limit.allows()) {
      throw new OAuthError(429, "temporarily_unavailable", 90055, "Too many token requests; repeat this one a second later.");
    }
    Instant now = clock.instant();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("token_type", "Bearer");
    answer.put("expires_in", TOKEN_LIFE.toSeconds());
    answer.put("ext_expires_in", TOKEN_LIFE.toSeconds());
    if (resourceParameter) {
      // The first version of the endpoint writes its numbers as strings, and clients of it read them so.
      answer.replaceAll((name, value) -> String.valueOf(value));
      answer.put("expires_on", String.valueOf(now.plus(TOKEN_LIFE).getEpochSecond()));
      answer.put("not_before", String.valueOf(now.getEpochSecond()));
      answer.put("resource", resource);
    }
    answer.put("access_token", sign(resource, now, resourceParameter ? "1.0" : "2.0"));
    return answer;
  }

  private void authenticateClient(Map<String, String> form, String authorization) throws OAuthError {
    String id = form.get("client_id");
    String secret = form.get("client_secret");
    if (authorization != null) {
      String[] basic = basicCredentials(authorization);
      if (secret != null || id != null && !id.equals(basic[0])) {
        throw new OAuthError(400, "invalid_request", 900144, "The client authenticates twice: in the header and in the form.");
      }
      id = basic[0];
      secret = basic[1];
    }
    if (id == null || id.isEmpty()) {
      throw new OAuthError(400, "invalid_request", 900144, "The request lacks client_id.");
    }
    if (secret == null) {
      throw new OAuthError(401, "invalid_client", 7000218, "The request lacks client_secret.");
    }
    if (!client.matches(id, secret)) {
      // One answer for both, so that nobody learns which client ids exist.
      throw new OAuthError(401, "invalid_client", 7000215, "Unknown client_id, or wrong client_secret.");
    }
  }

  /** RFC 6749, section 2.3.1: both parts are form-encoded before they are joined. */
  private static String[] basicCredentials(String authorization) throws OAuthError {
    if (authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      try {
        String joined = new String(Base64.getDecoder().decode(authorization.substring(6).trim()), StandardCharsets.UTF_8);
        int colon = joined.indexOf(':');
        if (colon > 0) {
          return new String[] {decode(joined.substring(0, colon)), decode(joined.substring(colon + 1))};
        }
      } catch (IllegalArgumentException e) {
        throw badHeader();
      }
    }
    throw badHeader();
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static OAuthError badHeader() {
    return new OAuthError(401, "invalid_client", 900144, "The Authorization header is not HTTP Basic.");
  }

  private String resource(Map<String, String> form) throws OAuthError {
    String resource = form.getOrDefault("resource", "");
    if (resource.isEmpty()) {
      throw new OAuthError(400, "invalid_request", 900144, "The request lacks resource.");
    }
    return known(resource, "invalid_resource");
  }

  private String resourceOfScope(Map<String, String> form) throws OAuthError {
    String found = null;
    for (String scope : form.getOrDefault("scope", "").trim().split("\\s+")) {
      if (IDLE_SCOPES.contains(scope)) {
        continue;
      }
      if (!scope.endsWith(DEFAULT_SCOPE) || found != null) {
        throw new OAuthError(400, "invalid_scope", 1002012, "The scope must be one resource and " + DEFAULT_SCOPE + ".");
      }
      found = scope.substring(0, scope.length() - DEFAULT_SCOPE.length());
    }
    if (found == null) {
      throw new OAuthError(400, "invalid_scope", 1002012, "The scope must be one resource and " + DEFAULT_SCOPE + ".");
    }
    return known(found, "invalid_scope");
  }

  private String known(String resource, String error) throws OAuthError {
    String normal = Audience.normalize(resource);
    if (!audiences.get().contains(normal)) {
      throw new OAuthError(400, error, 500011, "This issuer has no such resource; the challenge of the vault names it.");
    }
    return normal;
  }

  private String sign(String resource, Instant now, String version) {
    JWTClaimsSet claims = new JWTClaimsSet.Builder()
        .issuer(name()).audience(resource).subject(client.objectId())
        .issueTime(Date.from(now)).notBeforeTime(Date.from(now)).expirationTime(Date.from(now.plus(TOKEN_LIFE)))
        .jwtID(UUID.randomUUID().toString())
        .claim("oid", client.objectId()).claim("tid", tenantId).claim("appid", client.clientId()).claim("azp", client.clientId())
        .claim("idtyp", "app").claim("ver", version)
        .build();
    SignedJWT token = new SignedJWT(
        new JWSHeader.Builder(JWSAlgorithm.RS256).type(JOSEObjectType.JWT).keyID(key.getKeyID()).build(), claims);
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("the issuer's key cannot sign", e);
    }
    return token.serialize();
  }
}
