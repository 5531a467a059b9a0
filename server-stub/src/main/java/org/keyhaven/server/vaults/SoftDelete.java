package org.keyhaven.server.vaults;

/**
 * What deletion means in a vault.
 *
 * @param retentionDays days a deleted object can be recovered, 7 to 90
 * @param purgeProtection whether nobody may purge earlier
 */
public record SoftDelete(int retentionDays, boolean purgeProtection) {
  /** As Azure's own vaults are made. */
  public static final SoftDelete DEFAULT = new SoftDelete(90, false);

  private static final int LEAST_DAYS = 7;
  private static final int MOST_DAYS = 90;

  public SoftDelete {
    if (retentionDays < LEAST_DAYS || retentionDays > MOST_DAYS) {
      throw new IllegalArgumentException("soft delete keeps objects 7 to 90 days, not " + retentionDays);
    }
  }

  /** The {@code recoveryLevel} of the API: customized below 90 days, purgeable unless protected. */
  public String recoveryLevel() {
    String level = retentionDays < MOST_DAYS ? "CustomizedRecoverable" : "Recoverable";
    return purgeProtection ? level : level + "+Purgeable";
  }
}
