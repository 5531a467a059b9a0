package org.keyhaven.server.hsm;

import org.keyhaven.client.wire.JsonWebKey;

/**
 * What an engine gives back for a new key.
 *
 * @param sealed the private half or the secret, to be stored
 * @param publicKey the public half; its {@code kty} is the plain family (RSA, EC, oct), the caller names it. A symmetric key
 *     has none: all that is there is the {@code kty}
 */
public record GeneratedKey(SealedKey sealed, JsonWebKey publicKey) { }
