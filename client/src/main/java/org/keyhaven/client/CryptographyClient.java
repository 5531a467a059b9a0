package org.keyhaven.client;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Objects;
import java.util.Optional;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.Keys.KeyBundle;
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
  private static final ObjectReader BUNDLE = Json.mapper().readerFor(KeyBundle.class);
  private static final ObjectReader RESULT = Json.mapper().readerFor(KeyOperationResult.class);
  private static final ObjectReader SIGNATURE = Json.mapper().readerFor(SignatureAnswer.class);
  private static final ObjectReader VERIFIED = Json.mapper().readerFor(KeyVerifyResult.class);

  private final Transport transport;
  private final Cached<PublicHalf> publicHalf = Cached.forever(this::lookUp);
  private volatile Target target;

  /** The answer of sign where the version is known: parsing its identifier would be a tenth of the client's work. */
  private record SignatureAnswer(byte[] value) { }

  /** The key as far as it is known, and where its signatures are made. */
  private record Target(ObjectId kid, URI sign) { }

  /** @param verifier empty when this JVM cannot do the curve */
  private record PublicHalf(JsonWebKey key, Optional<Verifier> verifier) { }

  CryptographyClient(Transport transport, ObjectId kid) {
    this.transport = transport;
    this.target = targetOf(kid);
  }

  /** The key; with version from the first use on. */
  public ObjectId keyId() {
    return target.kid();
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
    Target current = target;
    KeySignParameters parameters = new KeySignParameters(algorithm, digest);
    if (current.kid().version() != null) {
      return signatureOf(transport.<SignatureAnswer>exchange(Operation.KEY_SIGN, current.sign(), parameters, SIGNATURE).value()
          .value());
    }
    KeyOperationResult result = transport.<KeyOperationResult>exchange(Operation.KEY_SIGN, current.sign(), parameters, RESULT)
        .value();
    pin(result.kid());
    return signatureOf(result.value());
  }

  private static byte[] signatureOf(byte[] value) {
    if (value == null || value.length == 0) {
      throw new VaultException(VaultException.Details.local("UnexpectedAnswer", "the vault answered without a signature", null,
          null));
    }
    return value;
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
      KeyVerifyResult result = transport.call(Operation.KEY_VERIFY, target.kid().path() + "/verify",
          new KeyVerifyParameters(algorithm, digest, signature), VERIFIED);
      return result.value();
    }
    try {
      return half.verifier().get().verify(algorithm, digest, signature);
    } catch (GeneralSecurityException e) {
      throw new VaultException(VaultException.Details.local("VerifyFailed", "this JVM cannot verify " + algorithm + ": "
          + Failures.reason(e), null, e));
    }
  }

  private PublicHalf lookUp() {
    KeyBundle bundle = transport.call(Operation.KEY_GET, target.kid().path(), null, BUNDLE);
    JsonWebKey key = bundle.key();
    if (key == null || key.kty() == null) {
      throw new VaultException(VaultException.Details.local("UnexpectedAnswer", "the vault answered without a key", null, null));
    }
    try {
      PublicHalf half = new PublicHalf(key, Verifier.of(key));
      pin(key.kid());
      return half;
    } catch (GeneralSecurityException e) {
      throw new VaultException(VaultException.Details.local("BadKey", "the key " + target.kid() + " is " + Failures.reason(e), null,
          e));
    }
  }

  /** Keeps to the version that served first. */
  private synchronized void pin(ObjectId served) {
    ObjectId kid = target.kid();
    if (kid.version() == null && served != null && served.version() != null) {
      target = targetOf(kid.withVersion(served.version()));
    }
  }

  private Target targetOf(ObjectId kid) {
    return new Target(kid, transport.uri(kid.path() + "/sign"));
  }

  private static VaultException misfit(String reason) {
    return new VaultException(VaultException.Details.local("BadParameter", reason, null, null));
  }
}
