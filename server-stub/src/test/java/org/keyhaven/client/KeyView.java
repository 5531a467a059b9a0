package org.keyhaven.client;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that a client says about a key, in the words of neither SDK. Bytes are in hexadecimal digits, so that views are equal when
 * all their members are.
 *
 * @param material the public half, by the names of JWK; null in listings
 */
record KeyView(String id, String kty, Set<String> operations, Map<String, String> material, String curve, Boolean enabled,
    Instant notBefore, Instant expires, Instant created, Instant updated, String recoveryLevel, Integer recoverableDays,
    Boolean exportable, String hsmPlatform, Boolean managed, Map<String, String> tags, String releasePolicy,
    Boolean immutablePolicy, String recoveryId, Instant deleted, Instant purge) {

  /** What does not depend on name, version, chance and the time of day: the same for both SDKs when they did the same. */
  KeyView shape(String prefix) {
    return new KeyView(masked(id, prefix), kty, operations, material == null ? null : lengths(), curve, enabled, notBefore, expires,
        set(created), set(updated), recoveryLevel, recoverableDays, exportable, hsmPlatform, managed, tags, releasePolicy,
        immutablePolicy, masked(recoveryId, prefix), set(deleted), set(purge));
  }

  String version() {
    String last = id.substring(id.lastIndexOf('/') + 1);
    return last.matches("[0-9a-f]{32}") ? last : null;
  }

  private Map<String, String> lengths() {
    return material.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, part -> part.getValue().length() / 2 + " bytes"));
  }

  private static Instant set(Instant time) {
    return time == null ? null : Instant.EPOCH;
  }

  private static String masked(String id, String prefix) {
    return id == null ? null : id.replaceAll("[0-9a-f]{32}", "VERSION").replace(prefix, "NAME");
  }
}
