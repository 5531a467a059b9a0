package org.keyhaven.server.keys;

import java.time.Clock;
import java.util.List;
import org.keyhaven.client.wire.KeyRotation.KeyRotationPolicy;
import org.keyhaven.server.access.Permission;
import org.keyhaven.server.http.Answer;
import org.keyhaven.server.http.Call;
import org.keyhaven.server.http.Method;
import org.keyhaven.server.http.Route;
import org.keyhaven.server.store.Database;

/** The routes of key rotation (OpenAPI: Keys; rotateKey, getKeyRotationPolicy, updateKeyRotationPolicy). */
public final class RotationRoutes {
  private final KeyRotation rotation;

  public RotationRoutes(Database database, Clock clock) {
    this.rotation = new KeyRotation(database, clock);
  }

  public List<Route> routes() {
    return List.of(
        Route.of(Method.POST, "/keys/{name}/rotate", Permission.KEYS_ROTATE, this::rotate),
        Route.of(Method.GET, "/keys/{name}/rotationpolicy", Permission.KEYS_GET_ROTATION_POLICY, this::policy),
        Route.of(Method.PUT, "/keys/{name}/rotationpolicy", Permission.KEYS_SET_ROTATION_POLICY, this::setPolicy));
  }

  private Answer rotate(Call call) {
    return Answer.ok(rotation.rotate(call.vault(), call.base(), call.name()));
  }

  private Answer policy(Call call) {
    return Answer.ok(rotation.policy(call.vault(), call.base(), call.name()));
  }

  private Answer setPolicy(Call call) {
    String name = call.name();
    return Answer.ok(rotation.setPolicy(call.vault(), call.base(), name, call.body(KeyRotationPolicy.class)));
  }
}
