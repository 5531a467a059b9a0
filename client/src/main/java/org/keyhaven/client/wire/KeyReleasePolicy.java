package org.keyhaven.client.wire;

/**
 * Under which conditions an exportable key may be released (OpenAPI: KeyReleasePolicy).
 *
 * @param contentType of {@code data}; null means {@code application/json; charset=utf-8}
 * @param data the policy, encoded as {@code contentType} says
 * @param immutable whether it can never be changed again; null means false
 */
public record KeyReleasePolicy(String contentType, byte[] data, Boolean immutable) { }
