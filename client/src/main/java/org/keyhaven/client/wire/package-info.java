/**
 * The contract between client and server: what the Key Vault REST API sends and receives. For callers of the client these
 * are the models of keys and certificates, the algorithms and the identifiers.
 *
 * <p>JSON bodies are records named as in Azure's OpenAPI definitions (specification/keyvault/data-plane), object
 * identifiers are {@link org.keyhaven.client.wire.ObjectId}, and the algorithms are rows of
 * {@link org.keyhaven.client.wire.SignatureAlgorithm}. {@link org.keyhaven.client.wire.Json} reads and writes them.
 * Everything here is immutable by convention: arrays are not copied and must not be changed after construction.
 */
package org.keyhaven.client.wire;
