package org.keyhaven.server.http;

import io.javalin.http.Context;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.keyhaven.client.wire.ApiVersion;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.access.AccessPolicies;
import org.keyhaven.server.access.Authenticator;
import org.keyhaven.server.access.Permission;
import org.keyhaven.server.access.Principal;
import org.keyhaven.server.vaults.Endpoint;
import org.keyhaven.server.vaults.Vault;
import org.keyhaven.server.vaults.Vaults;

/**
 * Lets a request in, or not: the host must be a vault's (404), the token valid (401 with challenge), the api-version known
 * (400), the permission granted (403); in this order, and before any of the body is read.
 */
final class Gate {
  private final Vaults vaults;
  private final Authenticator authenticator;
  private final AccessPolicies policies;
  private final String tenantId;

  Gate(Vaults vaults, Authenticator authenticator, AccessPolicies policies, String tenantId) {
    this.vaults = vaults;
    this.authenticator = authenticator;
    this.policies = policies;
    this.tenantId = tenantId;
  }

  Call admit(Context context, Route route, Endpoint endpoint, List<Endpoint> endpoints) {
    String authority = authority(context);
    Vault vault = vault(endpoint, authority);
    URI base = URI.create("https://" + authority);
    Map<String, String> query = UrlEncoded.parse(context.queryString());
    if (route.permission() == null) {
      return new Call(context, query, new Call.Entry(endpoint, endpoints, vault, base, null, null));
    }
    Principal principal = authenticate(context, endpoint, authority);
    ApiVersion version = apiVersion(query);
    if (!route.kinds().contains(vault.kind())) {
      throw notFound();
    }
    authorize(vault, principal, route.permission());
    return new Call(context, query, new Call.Entry(endpoint, endpoints, vault, base, principal, version));
  }

  /** For a request that no route takes: strangers learn nothing about which routes there are. */
  void requireKnownCaller(Context context, Endpoint endpoint) {
    String authority = authority(context);
    vault(endpoint, authority);
    authenticate(context, endpoint, authority);
  }

  static ApiError notFound() {
    return new ApiError(404, "NotFound", "The request URI is not one of this vault's.");
  }

  private static String authority(Context context) {
    String host = context.header("Host");
    return host == null ? "" : host.toLowerCase(Locale.ROOT);
  }

  private Vault vault(Endpoint endpoint, String authority) {
    return endpoint.vaultName(authority).flatMap(name -> vaults.find(endpoint.kind(), name))
        .orElseThrow(() -> new ApiError(404, "VaultNotFound", "There is no vault at this host name."));
  }

  private Principal authenticate(Context context, Endpoint endpoint, String authority) {
    try {
      return authenticator.authenticate(context.header("Authorization"), endpoint.audiences());
    } catch (ApiError e) {
      if (e.status() == 401) {
        // The separator is exactly ", " and no value has a "=": shipping clients parse no better than that.
        context.header("WWW-Authenticate", "Bearer authorization=\"https://" + authority + "/" + tenantId + "\", resource=\""
            + endpoint.resource(authority) + "\"");
      }
      throw e;
    }
  }

  private static ApiVersion apiVersion(Map<String, String> query) {
    String name = query.get("api-version");
    if (name == null || name.isEmpty()) {
      throw ApiError.badParameter("The query parameter api-version is missing. Supported: "
          + String.join(", ", ApiVersion.supported()) + ".");
    }
    return ApiVersion.fromWire(name).orElseThrow(() -> ApiError.badParameter(
        "The api-version is not supported. Supported: " + String.join(", ", ApiVersion.supported()) + "."));
  }

  private void authorize(Vault vault, Principal principal, Permission permission) {
    if (!policies.allows(vault, principal, permission)) {
      throw new ApiError(403, "Forbidden", "ForbiddenByPolicy", "The caller (appid=" + principal.applicationId() + ";oid="
          + principal.objectId() + ") does not have the permission " + permission.wireName() + " on the vault '"
          + vault.name()
          + "'. Grant it in the vault's access policies.", null);
    }
  }
}
