package org.keyhaven.client.wire;

import java.time.Instant;

/**
 * The management attributes of any vault object. Times are whole seconds since 1970 on the wire.
 *
 * @param enabled whether the object may be used; null in a request means true
 * @param nbf not to be used before; null for no bound
 * @param exp not to be used from then on; null for no bound
 * @param created set by the service
 * @param updated set by the service
 * @param recoveryLevel what deletion means in this vault; set by the service
 * @param recoverableDays days between deletion and purge, 7 to 90; set by the service
 * @param exportable whether the private key may leave (keys only)
 * @param hsmPlatform the platform that keeps the key (keys only); set by the service
 */
public record ObjectAttributes(Boolean enabled, Instant nbf, Instant exp, Instant created, Instant updated,
    String recoveryLevel, Integer recoverableDays, Boolean exportable, String hsmPlatform) {

  /** What a request may say; the rest is the service's to set. */
  public static ObjectAttributes of(Boolean enabled, Instant nbf, Instant exp) {
    return new ObjectAttributes(enabled, nbf, exp, null, null, null, null, null, null);
  }
}
