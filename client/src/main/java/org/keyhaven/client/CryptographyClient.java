package org.keyhaven.client;

import java.security.GeneralSecurityException;
import java.util.Objects;
import java.util.Optional;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/**
 * What one key can do. Thread-safe.
 *
 * <p>An identifier without version means the version that is the latest at first use; from then on this object keeps to it, so
 * that rotation in between does not part a signature from its verification.
 */
public final class CryptographyClient {
  private final Transport transport;
  private final Cached<PublicHalf> publicHalf = Cached.forever(this::lookUp);
  private volatile CryptographyRequests requests;

  /** @param verifier empty when this JVM cannot do the curve */
  private record PublicHalf(JsonWebKey key, Optional<Verifier> verifier) { }

  CryptographyClient(Transport transport, ObjectId kid) {
    this.transport = transport;
    this.requests = new CryptographyRequests(transport.address(), kid);
  }

  /** The key; with version from the first use on. */
  public ObjectId keyId() {
    return requests.kid();
  }

  /** The public half, looked up once and then kept: it never changes. Needs the permission {@code keys/get}. */
  public JsonWebKey key() {
    return publicHalf.get().key();
  }

  /**
   * Signs a digest in the vault.
   *
   * @param digest as long as the algorithm's hash; any bytes for {@code RSNULL}
   * @return for RSA as long as the modulus; for ECDSA r||s, each of the curve's coordinate length
   * @throws VaultException when the vault refuses, cannot be reached, or the deadline passes
   */
  public byte[] sign(SignatureAlgorithm algorithm, byte[] digest) {
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(digest, "digest");
    KeyOperationResult result = transport.call(requests.sign(algorithm, digest));
    pin(result.kid());
    return result.value();
  }

  /**
   * Verifies a signature in the form that {@link #sign} gives. Done here with the public half, except on a curve that this JVM
   * lacks (secp256k1 since JDK 16): there the vault is asked, which needs the permission {@code keys/verify}.
   *
   * @param digest as long as the algorithm's hash; any bytes for {@code RSNULL}
   * @return whether the signature is good
   * @throws VaultException when the public half cannot be had, or algorithm or digest do not fit the key
   */
  public boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) {
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(signature, "signature");
    PublicHalf half = publicHalf.get();
    JsonWebKey key = half.key();
    if (!algorithm.fits(key.kty().family(), key.crv())) {
      throw misfit(algorithm + " is not for a key of type " + key.kty() + (key.crv() == null ? "" : " " + key.crv()));
    }
    if (algorithm.hash() != null && digest.length != algorithm.hash().bytes()) {
      throw misfit(algorithm + " takes a digest of " + algorithm.hash().bytes() + " bytes, not " + digest.length);
    }
    if (half.verifier().isEmpty()) {
      return transport.call(requests.verify(algorithm, digest, signature));
    }
    try {
      return half.verifier().get().verify(algorithm, digest, signature);
    } catch (GeneralSecurityException e) {
      throw new VaultException(VaultException.Details.local("VerifyFailed", "this JVM cannot verify " + algorithm + ": "
          + Failures.reason(e), null, e));
    }
  }

  private PublicHalf lookUp() {
    KeyBundle bundle = transport.call(requests.get());
    JsonWebKey key = bundle.key();
    if (key == null || key.kty() == null) {
      throw new VaultException(VaultException.Details.local("UnexpectedAnswer", "the vault answered without a key", null, null));
    }
    try {
      PublicHalf half = new PublicHalf(key, Verifier.of(key));
      pin(key.kid());
      return half;
    } catch (GeneralSecurityException e) {
      throw new VaultException(VaultException.Details.local("BadKey", "the key " + requests.kid() + " is " + Failures.reason(e), null,
          e));
    }
  }

  /** Keeps to the version that served first. */
  private void pin(ObjectId served) {
    if (requests.kid().version() == null && served != null && served.version() != null) {
      keepTo(served.version());
    }
  }

  private synchronized void keepTo(String version) {
    ObjectId kid = requests.kid();
    if (kid.version() == null) {
      requests = new CryptographyRequests(transport.address(), kid.withVersion(version));
    }
  }

  private static VaultException misfit(String reason) {
    return new VaultException(VaultException.Details.local("BadParameter", reason, null, null));
  }
}
