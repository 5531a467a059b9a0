package org.keyhaven.server.hsm;

/**
 * A key as the database holds it: readable by the engine that made it alone.
 *
 * @param id unique within the server and never used again for other material, for instance vault/name/version; engines use
 *     it as the name of a cached handle and bind the blob to it where they can
 * @param spec what the key is made of
 * @param blob the private key, encrypted; opaque to all but the engine
 */
public record SealedKey(String id, KeySpec spec, byte[] blob) { }
