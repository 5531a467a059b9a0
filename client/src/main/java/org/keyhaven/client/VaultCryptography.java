package org.keyhaven.client;

import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyOperationParameters;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A key in a vault: what its public half can do is done here, the rest is asked of the vault. */
final class VaultCryptography implements Cryptography {
  private static final Logger LOG = LoggerFactory.getLogger(VaultCryptography.class);

  private final Transport transport;
  private final Cached<Lookup> lookup = Cached.forever(this::lookUp);
  private volatile CryptographyRequests requests;

  /** What came of asking for the public half. */
  private sealed interface Lookup { }

  /** @param local empty for a symmetric key */
  private record Shown(JsonWebKey key, Optional<LocalCryptography> local) implements Lookup { }

  /** The caller may not see it. */
  private record Hidden() implements Lookup { }

  VaultCryptography(Transport transport, ObjectId kid) {
    this.transport = transport;
    this.requests = new CryptographyRequests(transport.address(), kid);
  }

  @Override
  public ObjectId keyId() {
    return requests.kid();
  }

  /** Asks again when the last answer was that the caller may not see it. */
  @Override
  public JsonWebKey key() {
    if (lookup.get() instanceof Shown shown) {
      return shown.key();
    }
    Shown shown = ask();
    lookup.invalidate();
    return shown.key();
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, byte[] digest) {
    return remotely(to -> to.sign(algorithm, digest)).value();
  }

  @Override
  public boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) {
    Optional<LocalCryptography> local = here(algorithm.scheme().keyFamily(), KeyOperation.VERIFY);
    return local.isPresent() ? local.get().verify(algorithm, digest, signature)
        : transport.call(requests.verify(algorithm, digest, signature));
  }

  @Override
  public KeyOperationResult encrypt(KeyOperation operation, KeyOperationParameters parameters) {
    Optional<LocalCryptography> local = here(parameters.alg().keyFamily(), operation);
    return local.isPresent() ? local.get().encrypt(operation, parameters)
        : remotely(to -> operation == KeyOperation.ENCRYPT ? to.encrypt(parameters) : to.wrapKey(parameters));
  }

  @Override
  public KeyOperationResult decrypt(KeyOperation operation, KeyOperationParameters parameters) {
    return remotely(to -> operation == KeyOperation.DECRYPT ? to.decrypt(parameters) : to.unwrapKey(parameters));
  }

  /** The public half, where it serves; a symmetric algorithm needs no lookup to know that it does not. */
  private Optional<LocalCryptography> here(KeyType.Family family, KeyOperation operation) {
    return family != KeyType.Family.OCT && lookup.get() instanceof Shown shown
        ? shown.local().filter(local -> local.can(operation)) : Optional.empty();
  }

  private KeyOperationResult remotely(Function<CryptographyRequests, Request<KeyOperationResult>> operation) {
    CryptographyRequests first = requests;
    KeyOperationResult result = transport.call(operation.apply(first));
    if (first.kid().version() != null || keptTo(result.kid())) {
      return result;
    }
    // The key was rotated meanwhile, and another thread was the first to be served.
    return transport.call(operation.apply(requests));
  }

  private Lookup lookUp() {
    try {
      return ask();
    } catch (VaultException.Forbidden e) {
      if (e.permission().isEmpty()) {
        throw e;
      }
      LOG.info("{} is not granted on {}: the vault is asked to verify, encrypt and wrap, which could be done here",
          e.permission().get(), keyId());
      return new Hidden();
    }
  }

  private Shown ask() {
    CryptographyRequests first = requests;
    KeyBundle bundle = transport.call(first.get());
    JsonWebKey key = bundle.key();
    if (key == null || key.kty() == null) {
      throw new VaultException(Details.local("UnexpectedAnswer", "the vault answered without a key", null, null));
    }
    if (first.kid().version() == null && !keptTo(key.kid())) {
      return ask();
    }
    if (key.kty().family() == KeyType.Family.OCT) {
      return new Shown(key, Optional.empty());
    }
    try {
      return new Shown(key, Optional.of(LocalCryptography.of(bundle, InstantSource.system())));
    } catch (GeneralSecurityException e) {
      throw new VaultException(Details.local("BadKey", "the key " + keyId() + " is " + Failures.reason(e), null, e));
    }
  }

  /**
   * Keeps to the version that served first.
   *
   * @param served null where the vault did not say
   * @return false when that is another one
   */
  private synchronized boolean keptTo(ObjectId served) {
    ObjectId kid = requests.kid();
    if (served == null || served.version() == null) {
      return true;
    }
    if (kid.version() == null) {
      requests = new CryptographyRequests(transport.address(), kid.withVersion(served.version()));
      return true;
    }
    return kid.version().equals(served.version());
  }
}
