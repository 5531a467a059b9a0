package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * The management attributes of any vault object. Times are whole seconds since 1970 on the wire.
 *
 * @param enabled whether the object may be used; null means true where an object is made, and no change in an update
 * @param nbf not to be used before; null for no bound, and in an update for no change
 * @param exp not to be used from then on; null as for nbf
 * @param created set by the service
 * @param updated set by the service
 * @param recoveryLevel what deletion means in this vault; set by the service
 * @param recoverableDays days between deletion and purge, 7 to 90; set by the service
 * @param exportable whether the private key may leave (keys only)
 * @param hsmPlatform the platform that keeps the key (keys only); set by the service
 * @param attestation the HSM's proof that it keeps the key (keys of a Managed HSM, where it was asked for)
 * @param keySize the length in bits of a symmetric key (api-version 2026-04-01); set by the service
 * @param externalKey the key outside the service that this one stands for (api-version 2026-04-01)
 */
public record ObjectAttributes(Boolean enabled, Instant nbf, Instant exp, Instant created, Instant updated,
    String recoveryLevel, Integer recoverableDays, Boolean exportable, String hsmPlatform, KeyAttestation attestation,
    @JsonProperty("key_size") Integer keySize, @JsonProperty("external_key") ExternalKey externalKey) {

  /** @param id what the external key manager calls it */
  public record ExternalKey(String id) { }

  /** Of what is no symmetric key. */
  public ObjectAttributes(Boolean enabled, Instant nbf, Instant exp, Instant created, Instant updated,
      String recoveryLevel, Integer recoverableDays, Boolean exportable, String hsmPlatform) {
    this(enabled, nbf, exp, created, updated, recoveryLevel, recoverableDays, exportable, hsmPlatform, null, null, null);
  }

  /** What a request may say; the rest is the service's to set. */
  public static ObjectAttributes of(Boolean enabled, Instant nbf, Instant exp) {
    return new ObjectAttributes(enabled, nbf, exp, null, null, null, null, null, null);
  }

  /** The same for a key that may leave; {@code given} may be null. */
  static ObjectAttributes exportable(ObjectAttributes given) {
    ObjectAttributes base = given == null ? of(null, null, null) : given;
    return new ObjectAttributes(base.enabled, base.nbf, base.exp, null, null, null, null, true, null);
  }
}
