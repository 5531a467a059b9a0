package org.keyhaven.client.wire;

import java.util.List;

/**
 * One page of a listing.
 *
 * @param value the items
 * @param nextLink the absolute address of the next page; null on the last
 */
public record Page<T>(List<T> value, String nextLink) { }
