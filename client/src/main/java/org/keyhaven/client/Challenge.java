package org.keyhaven.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a 401 asks for (RFC 9110, section 11.6.1; "Authentication, requests and responses", Key Vault documentation).
 *
 * @param resource the audience a token must have; null when the challenge names none
 * @param tenantId the tenant, which is the first path segment of {@code authorization}; null when it names none
 * @param claims what the token must say in addition, JSON; null when nothing
 */
record Challenge(String resource, String tenantId, String claims) {
  private static final Pattern TENANT = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.-]{0,126}");
  private static final String DEFAULT_SCOPE = "/.default";

  /**
   * Reads the Bearer challenge of an answer.
   *
   * @param headers the values of WWW-Authenticate
   * @return empty when there is none of scheme Bearer
   * @throws MalformedChallengeException when one is there but is not to be trusted
   */
  static Optional<Challenge> of(List<String> headers) throws MalformedChallengeException {
    for (String header : headers) {
      for (ChallengeParser.Parsed parsed : ChallengeParser.parse(header)) {
        if (parsed.scheme().equals("bearer")) {
          return Optional.of(of(parsed.parameters()));
        }
      }
    }
    return Optional.empty();
  }

  private static Challenge of(Map<String, String> parameters) throws MalformedChallengeException {
    String authorization = parameters.getOrDefault("authorization", parameters.get("authorization_uri"));
    String resource = parameters.get("resource");
    String scope = parameters.get("scope");
    if (resource == null && scope != null && scope.endsWith(DEFAULT_SCOPE)) {
      resource = scope.substring(0, scope.length() - DEFAULT_SCOPE.length());
    }
    String claims = parameters.get("claims");
    return new Challenge(resource == null ? null : resourceOf(resource), authorization == null ? null : tenantOf(authorization),
        claims == null ? null : claimsOf(claims));
  }

  private static String resourceOf(String text) throws MalformedChallengeException {
    URI uri = https(text, "resource");
    String path = uri.getRawPath();
    if (path != null && !path.isEmpty() && !path.equals("/")) {
      throw new MalformedChallengeException("its resource has a path: " + text);
    }
    return "https://" + uri.getHost().toLowerCase(Locale.ROOT) + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }

  private static String tenantOf(String text) throws MalformedChallengeException {
    String[] segments = https(text, "authorization").getRawPath().split("/", 3);
    if (segments.length < 2 || segments[1].isEmpty()) {
      return null;
    }
    if (!TENANT.matcher(segments[1]).matches()) {
      throw new MalformedChallengeException("its authorization names no tenant: " + text);
    }
    return segments[1];
  }

  private static String claimsOf(String text) throws MalformedChallengeException {
    try {
      String unpadded = text.replaceFirst("=+$", "").replace('+', '-').replace('/', '_');
      return new String(Base64.getUrlDecoder().decode(unpadded), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new MalformedChallengeException("its claims are not Base64");
    }
  }

  private static URI https(String text, String what) throws MalformedChallengeException {
    try {
      URI uri = new URI(text);
      if ("https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new MalformedChallengeException("its " + what + " is no address: " + text);
    }
    throw new MalformedChallengeException("its " + what + " is not a plain https address: " + text);
  }

  boolean isOwnOf(URI vault) {
    return isOwnOf(URI.create(resource), vault);
  }

  /**
   * Whether a vault may have a token of this audience: its own host, or a domain above it of two labels at least; and the same
   * port where the audience names one.
   */
  static boolean isOwnOf(URI asked, URI vault) {
    String host = asked.getHost().toLowerCase(Locale.ROOT);
    boolean domainAbove = host.indexOf('.') > 0 && vault.getHost().endsWith("." + host);
    return (vault.getHost().equals(host) || domainAbove)
        && (asked.getPort() < 0 || asked.getPort() == (vault.getPort() < 0 ? 443 : vault.getPort()));
  }

  /** This challenge, with what it leaves open taken from an earlier one. */
  Challenge completedBy(Challenge earlier) {
    return earlier == null ? this : new Challenge(resource == null ? earlier.resource : resource,
        tenantId == null ? earlier.tenantId : tenantId, claims);
  }
}
