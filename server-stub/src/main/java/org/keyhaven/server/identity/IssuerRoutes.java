package org.keyhaven.server.identity;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.keyhaven.server.http.Answer;
import org.keyhaven.server.http.Call;
import org.keyhaven.server.http.Method;
import org.keyhaven.server.http.Route;

/**
 * The built-in issuer over HTTP, at the addresses where Microsoft's libraries look for an authority: discovery, keys, and the
 * token endpoint in both its versions. On every listener, for anybody.
 */
public final class IssuerRoutes {
  private final Issuer issuer;
  private final Clock clock;

  public IssuerRoutes(Issuer issuer, Clock clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  public List<Route> routes() {
    String tenant = "/" + issuer.tenantId();
    return List.of(
        Route.open(Method.GET, "/common/discovery/instance", call -> Answer.ok(issuer.instanceDiscovery(call.base()))),
        Route.open(Method.GET, tenant + "/v2.0/.well-known/openid-configuration", this::discovery),
        Route.open(Method.GET, tenant + "/.well-known/openid-configuration", this::discovery),
        Route.open(Method.GET, tenant + "/discovery/v2.0/keys", call -> Answer.ok(issuer.keys())),
        Route.open(Method.GET, tenant + "/discovery/keys", call -> Answer.ok(issuer.keys())),
        Route.open(Method.POST, tenant + "/oauth2/v2.0/token", call -> token(call, false)),
        Route.open(Method.POST, tenant + "/oauth2/token", call -> token(call, true)));
  }

  private Answer discovery(Call call) {
    return Answer.ok(issuer.discovery(call.base()));
  }

  private Answer token(Call call, boolean resourceParameter) {
    try {
      return Answer.ok(issuer.token(call.form(), call.header("Authorization").orElse(null), resourceParameter));
    } catch (OAuthError e) {
      return new Answer(e.status(), body(e), headers(e));
    }
  }

  /** RFC 6749, section 5.2, and what Microsoft's libraries read beside it. */
  private Map<String, Object> body(OAuthError e) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("error", e.error());
    body.put("error_description", e.getMessage());
    body.put("error_codes", List.of(e.number()));
    body.put("timestamp", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    body.put("trace_id", UUID.randomUUID().toString());
    body.put("correlation_id", UUID.randomUUID().toString());
    return body;
  }

  private static Map<String, String> headers(OAuthError e) {
    return switch (e.status()) {
      case 401 -> Map.of("WWW-Authenticate", "Basic realm=\"keyhaven\"");
      case 429 -> Map.of("Retry-After", "1");
      default -> Map.of();
    };
  }
}
