package org.keyhaven.client.wire;

/**
 * An HSM's proof that it keeps a key (OpenAPI: KeyAttestation); the form of each part is the HSM vendor's own.
 *
 * @param certificatePemFile the certificates of the HSM that sign the rest, PEM
 * @param privateKeyAttestation about the private or secret part
 * @param publicKeyAttestation about the public half; null for symmetric keys
 * @param version of the form
 */
public record KeyAttestation(byte[] certificatePemFile, byte[] privateKeyAttestation, byte[] publicKeyAttestation,
    String version) { }
