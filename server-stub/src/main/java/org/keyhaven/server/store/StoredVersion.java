package org.keyhaven.server.store;

import java.time.Instant;
import java.util.Map;

/**
 * One version of an object.
 *
 * @param version 32 hexadecimal digits, in lower case
 * @param notBefore null for no bound
 * @param expires null for no bound
 * @param content what the feature keeps, opaque here
 */
public record StoredVersion(String version, boolean enabled, Instant notBefore, Instant expires, Instant created,
    Instant updated, Map<String, String> tags, byte[] content) { }
