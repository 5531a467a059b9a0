package org.keyhaven.server.hsm;

/** The name of an unwrapped key in the token. */
record CachedHandle(CachedBlob blob, KeyUse use) { }
