package org.keyhaven.server.http;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.keyhaven.server.access.Permission;
import org.keyhaven.server.vaults.VaultKind;

/**
 * One route, declared by the feature that serves it.
 *
 * @param method the method, after {@code X-HTTP-METHOD} was obeyed
 * @param path segments after the vault's address, with parameters as in {@code /keys/{name}/{version}}; a literal segment
 *     wins over a parameter
 * @param permission what the caller must hold on the vault; null when anybody may call, without token and api-version
 * @param kinds the kinds of vault that have this route
 * @param handler what it does
 */
public record Route(Method method, String path, Permission permission, Set<VaultKind> kinds, Handler handler) {
  private static final Set<VaultKind> ALL = EnumSet.allOf(VaultKind.class);

  public Route {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(handler, "handler");
  }

  /** A route of every vault. */
  public static Route of(Method method, String path, Permission permission, Handler handler) {
    return new Route(method, path, Objects.requireNonNull(permission, "permission"), ALL, handler);
  }

  /** A route that one kind of vault has. */
  public static Route of(VaultKind kind, Method method, String path, Permission permission, Handler handler) {
    return new Route(method, path, Objects.requireNonNull(permission, "permission"), Set.of(kind), handler);
  }

  /** A route for anybody: no token, no api-version. The issuer's endpoints, and nothing that touches a vault. */
  public static Route open(Method method, String path, Handler handler) {
    return new Route(method, path, null, ALL, handler);
  }
}
