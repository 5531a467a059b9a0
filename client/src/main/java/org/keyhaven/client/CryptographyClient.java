package org.keyhaven.client;

import java.util.Objects;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.Keys.KeySignParameters;
import org.keyhaven.client.wire.Keys.KeyVerifyParameters;
import org.keyhaven.client.wire.Keys.KeyVerifyResult;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;
import tools.jackson.databind.ObjectReader;

/**
 * What one key can do. Thread-safe.
 *
 * <p>An identifier without version means the version that is the latest at first use; from then on this object keeps to it, so
 * that rotation in between does not part a signature from its verification.
 */
public final class CryptographyClient {
  private static final ObjectReader RESULT = Json.mapper().readerFor(KeyOperationResult.class);
  private static final ObjectReader VERIFIED = Json.mapper().readerFor(KeyVerifyResult.class);

  private final Transport transport;
  private volatile ObjectId kid;

  CryptographyClient(Transport transport, ObjectId kid) {
    this.transport = transport;
    this.kid = Objects.requireNonNull(kid, "kid");
  }

  /** The key; with version from the first use on. */
  public ObjectId keyId() {
    return kid;
  }

  /** The public half, looked up once and then kept: it never changes. Needs the permission {@code keys/get}. */
  public JsonWebKey key() {
    throw new UnsupportedOperationException();
  }

  /**
   * Signs a digest in the vault.
   *
   * @param digest as long as the algorithm's hash; any bytes for {@code RSNULL}
   * @return for RSA as long as the modulus; for ECDSA r||s, each of the curve's coordinate length
   * @throws VaultException when the vault refuses, cannot be reached, or the deadline passes
   */
  public byte[] sign(SignatureAlgorithm algorithm, byte[] digest) {
    KeyOperationResult result = transport.call(Operation.KEY_SIGN, kid.path() + "/sign",
        new KeySignParameters(algorithm, digest), RESULT);
    return result.value();
  }

  /**
   * Verifies a signature in the form that {@link #sign} gives. Done here with the public half, except on a curve that this JVM
   * lacks (secp256k1 since JDK 16): there the vault is asked.
   *
   * @return whether the signature is good
   * @throws VaultException when the public half cannot be had, or the algorithm does not fit the key
   */
  public boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) {
    KeyVerifyResult result = transport.call(Operation.KEY_VERIFY, kid.path() + "/verify",
        new KeyVerifyParameters(algorithm, digest, signature), VERIFIED);
    return result.value();
  }
}
