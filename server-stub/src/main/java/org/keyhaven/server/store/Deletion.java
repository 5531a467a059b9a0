package org.keyhaven.server.store;

import java.time.Instant;

/**
 * That an object was deleted, and can be recovered.
 *
 * @param deleted when
 * @param purge from when on it is gone for good
 */
public record Deletion(Instant deleted, Instant purge) { }
