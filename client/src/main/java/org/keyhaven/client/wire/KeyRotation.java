package org.keyhaven.client.wire;

import java.time.Instant;
import java.time.Period;
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
  public record KeyRotationPolicy(String id, List<LifetimeAction> lifetimeActions, PolicyAttributes attributes) {

    /**
     * A policy to set.
     *
     * @param expiry how long a version that a rotation makes is valid; null for ever
     */
    public static KeyRotationPolicy of(Period expiry, LifetimeAction... actions) {
      return new KeyRotationPolicy(null, List.of(actions), new PolicyAttributes(text(expiry), null, null));
    }
  }

  public record LifetimeAction(Trigger trigger, Action action) {

    /** A new version, so long after the last one was made. */
    public static LifetimeAction rotateAfterCreate(Period time) {
      return new LifetimeAction(new Trigger(text(time), null), new Action(Action.ROTATE));
    }

    /** A new version, so long before the last one expires. */
    public static LifetimeAction rotateBeforeExpiry(Period time) {
      return new LifetimeAction(new Trigger(null, text(time)), new Action(Action.ROTATE));
    }

    /** An event, so long before the last version expires. */
    public static LifetimeAction notifyBeforeExpiry(Period time) {
      return new LifetimeAction(new Trigger(null, text(time)), new Action(Action.NOTIFY));
    }
  }

  /** One of the two is set. */
  public record Trigger(String timeAfterCreate, String timeBeforeExpiry) { }

  /** @param type {@code Rotate} or {@code Notify}, in whatever case */
  public record Action(String type) {
    /** Makes a new version. */
    public static final String ROTATE = "Rotate";
    /** Sends an event. */
    public static final String NOTIFY = "Notify";
  }

  /**
   * @param expiryTime how long a version that a rotation makes is valid; null for ever
   * @param created set by the service, as is updated; absent while the default holds
   */
  public record PolicyAttributes(String expiryTime, Instant created, Instant updated) { }

  private static String text(Period time) {
    return time == null ? null : time.toString();
  }
}
