package org.keyhaven.server.store;

/** An object and one of its versions. Both are as they were written: their MACs were checked. */
public record Found(StoredObject object, StoredVersion version) { }
