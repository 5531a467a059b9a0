package org.keyhaven.server.store;

import java.util.List;

/**
 * A part of a listing.
 *
 * @param last where the next part starts after; null when there is none
 */
public record Slice<T>(List<T> items, String last) { }
