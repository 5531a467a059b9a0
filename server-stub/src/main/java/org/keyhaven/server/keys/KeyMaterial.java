package org.keyhaven.server.keys;

import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.hsm.SealedKey;

/**
 * A key pair apart from any name, version or permission.
 *
 * @param kty the type the service shows, which also tells which engine keeps it
 * @param publicKey the public half, unnamed
 * @param sealed the private half; keeps its own id wherever it is used again
 * @param platform what {@code attributes.hsmPlatform} says
 */
public record KeyMaterial(KeyType kty, JsonWebKey publicKey, SealedKey sealed, String platform) { }
