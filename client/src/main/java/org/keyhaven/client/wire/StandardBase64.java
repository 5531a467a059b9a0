package org.keyhaven.client.wire;

/** Bytes that the service writes in standard Base64 with padding ({@code format: byte}), not in Base64url as elsewhere. */
public record StandardBase64(byte[] bytes) { }
