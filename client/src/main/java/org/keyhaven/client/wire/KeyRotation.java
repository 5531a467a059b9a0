package org.keyhaven.client.wire;

import java.time.Instant;
import java.util.List;

/**
 * The bodies of {@code /keys/NAME/rotationpolicy} (OpenAPI: KeyRotationPolicy). Durations are ISO 8601, as in P90D or
 * P2Y.
 */
public final class KeyRotation {
  private KeyRotation() { }

  /**
   * @param id {@code https://HOST/keys/NAME/rotationpolicy}; set by the service
   * @param lifetimeActions null or empty in a request for the default
   */
  public record KeyRotationPolicy(String id, List<LifetimeAction> lifetimeActions, PolicyAttributes attributes) { }

  public record LifetimeAction(Trigger trigger, Action action) { }

  /** One of the two is set. */
  public record Trigger(String timeAfterCreate, String timeBeforeExpiry) { }

  /** @param type {@code Rotate} or {@code Notify}, in whatever case */
  public record Action(String type) { }

  /**
   * @param expiryTime how long a version that a rotation makes is valid; null for ever
   * @param created set by the service, as is updated; absent while the default holds
   */
  public record PolicyAttributes(String expiryTime, Instant created, Instant updated) { }
}
