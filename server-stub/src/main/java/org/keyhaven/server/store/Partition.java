package org.keyhaven.server.store;

/**
 * The rows of one vault.
 *
 * @param id the vault's identifier
 * @param seal authenticates them
 */
public record Partition(String id, RowSeal seal) { }
