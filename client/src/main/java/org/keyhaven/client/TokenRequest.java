package org.keyhaven.client;

import java.time.Duration;

/**
 * What a token is asked for.
 *
 * @param resource the audience that the vault's challenge named, for instance {@code https://vault.azure.net}; null for a source
 *     that needs no challenge
 * @param tenantId the tenant of the challenge; null when it named none
 * @param claims a claims challenge to answer (continuous access evaluation), JSON; null when there is none
 * @param timeout how long the caller still waits
 */
public record TokenRequest(String resource, String tenantId, String claims, Duration timeout) {

  /** The OAuth 2 scope that stands for the resource. */
  public String scope() {
    return resource + "/.default";
  }
}
