package org.keyhaven.server.hsm;

import org.keyhaven.client.wire.JsonWebKey;

/**
 * What an engine gives back for a new key.
 *
 * @param sealed the private half, to be stored
 * @param publicKey the public half; its {@code kty} is the plain family (RSA, EC), the caller names it
 */
public record GeneratedKey(SealedKey sealed, JsonWebKey publicKey) { }
