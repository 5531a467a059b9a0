package org.keyhaven.server.keys.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.keyhaven.client.wire.KeyRotation.Action;
import org.keyhaven.client.wire.KeyRotation.KeyRotationPolicy;
import org.keyhaven.client.wire.KeyRotation.LifetimeAction;
import org.keyhaven.client.wire.KeyRotation.PolicyAttributes;
import org.keyhaven.client.wire.KeyRotation.Trigger;
import org.keyhaven.server.ApiError;

/**
 * A key's rotation policy ("Configure cryptographic key auto-rotation in Azure Key Vault"): when a new version is made, when
 * the end of a version is announced, and how long the versions that rotations make are valid. Immutable.
 */
public final class RotationPolicy {
  /** What holds for a key that has no policy of its own. */
  public static final RotationPolicy DEFAULT = new RotationPolicy(null, null, new When(null, TimeSpan.parse("P30D")));

  private static final Duration LEAST_EXPIRY = Duration.ofDays(28);
  private static final Duration LEAST_INTERVAL = Duration.ofDays(7);
  private static final String ROTATE = "Rotate";
  private static final String NOTIFY = "Notify";

  private final TimeSpan expiry;
  /** Null when the key is not rotated by itself. */
  private final When rotation;
  private final When notification;

  private RotationPolicy(TimeSpan expiry, When rotation, When notification) {
    this.expiry = expiry;
    this.rotation = rotation;
    this.notification = notification;
  }

  /** One of the two is null. */
  private record When(TimeSpan afterCreate, TimeSpan beforeExpiry) {
    /** @param expires null for never */
    Optional<Instant> of(Instant created, Instant expires) {
      if (afterCreate != null) {
        return Optional.of(afterCreate.after(created));
      }
      return Optional.ofNullable(expires).map(beforeExpiry::before);
    }

    LifetimeAction wire(String action) {
      return new LifetimeAction(new Trigger(iso(afterCreate), iso(beforeExpiry)), new Action(action));
    }
  }

  /**
   * Reads what a request asks for; the announcement 30 days before the end is added when there is none.
   *
   * @throws ApiError 400 when it is no policy, or a time is out of bounds
   */
  public static RotationPolicy parse(KeyRotationPolicy asked) {
    TimeSpan expiry = null;
    if (asked.attributes() != null && asked.attributes().expiryTime() != null) {
      expiry = span(asked.attributes().expiryTime(), "attributes.expiryTime");
      if (expiry.shorterThan(LEAST_EXPIRY)) {
        throw ApiError.badParameter("Property 'attributes.expiryTime' must be at least 28 days.");
      }
    }
    When rotation = null;
    When notification = null;
    for (LifetimeAction action : asked.lifetimeActions() == null ? List.<LifetimeAction>of() : asked.lifetimeActions()) {
      String type = action == null || action.action() == null ? null : action.action().type();
      if (ROTATE.equalsIgnoreCase(type) && rotation == null) {
        rotation = rotation(when(action.trigger(), ROTATE), expiry);
      } else if (NOTIFY.equalsIgnoreCase(type) && notification == null) {
        notification = notification(when(action.trigger(), NOTIFY));
      } else {
        throw ApiError.badParameter("Property 'lifetimeActions' has at most one action of type Rotate and one of type"
            + " Notify, and no other.");
      }
    }
    return new RotationPolicy(expiry, rotation, notification == null ? DEFAULT.notification : notification);
  }

  /** @param id as the answer shows it; null in storage, as are the dates of the default */
  public KeyRotationPolicy wire(String id, Instant created, Instant updated) {
    List<LifetimeAction> actions = new ArrayList<>();
    if (rotation != null) {
      actions.add(rotation.wire(ROTATE));
    }
    actions.add(notification.wire(NOTIFY));
    return new KeyRotationPolicy(id, actions, new PolicyAttributes(iso(expiry), created, updated));
  }

  /** When a version that a rotation makes now ends; empty for never. */
  public Optional<Instant> expiryOfNewVersion(Instant now) {
    return Optional.ofNullable(expiry).map(span -> span.after(now));
  }

  /**
   * When a version is to be succeeded by the next.
   *
   * @param expires null for never
   * @return empty for never
   */
  public Optional<Instant> rotation(Instant created, Instant expires) {
    return rotation == null ? Optional.empty() : rotation.of(created, expires);
  }

  /** When the coming end of a version is to be announced. */
  public Instant notification(Instant expires) {
    return notification.beforeExpiry().before(expires);
  }

  private static When rotation(When when, TimeSpan expiry) {
    if (when.beforeExpiry() != null && expiry == null) {
      throw ApiError.badParameter("Rotation by 'timeBeforeExpiry' needs 'attributes.expiryTime'.");
    }
    TimeSpan span = when.afterCreate() != null ? when.afterCreate() : when.beforeExpiry();
    if (span.shorterThan(LEAST_INTERVAL)
        || expiry != null && expiry.leastLength().minus(span.leastLength()).compareTo(LEAST_INTERVAL) < 0) {
      throw ApiError.badParameter("A rotation is at least 7 days after the creation of a version, and at least 7 days before"
          + " its expiry.");
    }
    return when;
  }

  private static When notification(When when) {
    if (when.beforeExpiry() == null || when.beforeExpiry().shorterThan(LEAST_INTERVAL)) {
      throw ApiError.badParameter("An action of type Notify has a 'timeBeforeExpiry' of at least 7 days.");
    }
    return when;
  }

  private static When when(Trigger trigger, String action) {
    if (trigger == null || (trigger.timeAfterCreate() == null) == (trigger.timeBeforeExpiry() == null)) {
      throw ApiError.badParameter("The trigger of the action " + action
          + " must have one of 'timeAfterCreate' and 'timeBeforeExpiry'.");
    }
    return trigger.timeAfterCreate() != null ? new When(span(trigger.timeAfterCreate(), "trigger.timeAfterCreate"), null)
        : new When(null, span(trigger.timeBeforeExpiry(), "trigger.timeBeforeExpiry"));
  }

  private static TimeSpan span(String text, String property) {
    try {
      return TimeSpan.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ApiError(400, "BadParameter", null, "Property '" + property + "' is " + e.getMessage() + ", as P90D is.", e);
    }
  }

  private static String iso(TimeSpan span) {
    return span == null ? null : span.toString();
  }
}
