package org.keyhaven.server.keys.rotation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.keyhaven.client.wire.KeyRotation.KeyRotationPolicy;
import org.keyhaven.server.json.Json;

/**
 * What the database keeps with a key's name: its rotation policy, and what was announced of its versions. The row's MAC
 * covers it.
 *
 * @param policy null while the default holds
 * @param newVersions null before the first
 * @param nearExpiry null before the first
 * @param expired null before the first
 */
public record KeyLife(KeyRotationPolicy policy, NewVersions newVersions, Expiry nearExpiry, Expiry expired) {
  private static final KeyLife NEW = new KeyLife(null, null, null, null);

  /**
   * That all versions were announced that were made until a second.
   *
   * @param versions those of that very second, for it may bring more
   */
  public record NewVersions(Instant until, List<String> versions) { }

  /** That the end of a version was announced. A version that is given another end is announced again. */
  public record Expiry(String version, Instant end) { }

  /** @param stored empty for a key that was not looked at yet */
  public static KeyLife read(byte[] stored) {
    return stored.length == 0 ? NEW : Json.mapper().readValue(stored, KeyLife.class);
  }

  public byte[] write() {
    return Json.mapper().writeValueAsBytes(this);
  }

  /** The policy that holds. */
  public RotationPolicy rotation() {
    return policy == null ? RotationPolicy.DEFAULT : RotationPolicy.parse(policy);
  }

  public Optional<Instant> policyCreated() {
    return Optional.ofNullable(policy).map(set -> set.attributes().created());
  }

  public KeyLife withPolicy(KeyRotationPolicy newPolicy) {
    return new KeyLife(newPolicy, newVersions, nearExpiry, expired);
  }

  public KeyLife withNewVersions(NewVersions announced) {
    return new KeyLife(policy, announced, nearExpiry, expired);
  }

  public KeyLife withNearExpiry(Expiry announced) {
    return new KeyLife(policy, newVersions, announced, expired);
  }

  public KeyLife withExpired(Expiry announced) {
    return new KeyLife(policy, newVersions, nearExpiry, announced);
  }
}
