package org.keyhaven.client.wire;

import java.nio.charset.StandardCharsets;

/**
 * Under which conditions an exportable key may be released (OpenAPI: KeyReleasePolicy).
 *
 * @param contentType of {@code data}; null means {@code application/json; charset=utf-8}
 * @param data the policy, encoded as {@code contentType} says
 * @param immutable whether it can never be changed again; null means false
 */
public record KeyReleasePolicy(String contentType, byte[] data, Boolean immutable) {

  /** A policy in the service's own JSON grammar, which can be changed later. */
  public static KeyReleasePolicy json(String policy) {
    return new KeyReleasePolicy(null, policy.getBytes(StandardCharsets.UTF_8), null);
  }
}
