package org.keyhaven.client;

import java.util.Optional;
import java.util.function.Function;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyOperationParameters;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** A key in a vault: what its public half can do is done here, the rest is asked of the vault. */
final class VaultCryptography implements Cryptography {
  private final Transport transport;
  private final KeptVersion version;
  private final Cached<PublicHalf> publicHalf = Cached.forever(this::lookUp);

  VaultCryptography(Transport transport, ObjectId kid) {
    this.transport = transport;
    this.version = new KeptVersion(transport.address(), kid);
  }

  @Override
  public ObjectId keyId() {
    return version.keyId();
  }

  /** Asks again when the last answer was that the caller may not see it. */
  @Override
  public JsonWebKey key() {
    if (publicHalf.get() instanceof PublicHalf.Shown shown) {
      return shown.key();
    }
    PublicHalf.Shown shown = ask();
    publicHalf.invalidate();
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
        : transport.call(version.requests().verify(algorithm, digest, signature));
  }

  @Override
  public KeyOperationResult encrypt(KeyOperation operation, KeyOperationParameters parameters) {
    Optional<LocalCryptography> local = here(parameters.alg().keyFamily(), operation);
    return local.isPresent() ? local.get().encrypt(operation, parameters) : remotely(to -> to.of(operation, parameters));
  }

  @Override
  public KeyOperationResult decrypt(KeyOperation operation, KeyOperationParameters parameters) {
    return remotely(to -> to.of(operation, parameters));
  }

  private Optional<LocalCryptography> here(KeyType.Family family, KeyOperation operation) {
    return PublicHalf.helps(family) ? publicHalf.get().here(operation) : Optional.empty();
  }

  private KeyOperationResult remotely(Function<CryptographyRequests, Request<KeyOperationResult>> operation) {
    CryptographyRequests first = version.requests();
    KeyOperationResult result = transport.call(operation.apply(first));
    if (first.kid().version() != null || version.keptTo(result.kid())) {
      return result;
    }
    // The key was rotated meanwhile, and another thread was the first to be served.
    return transport.call(operation.apply(version.requests()));
  }

  private PublicHalf lookUp() {
    try {
      return ask();
    } catch (VaultException.Forbidden e) {
      return PublicHalf.hidden(e, keyId());
    }
  }

  private PublicHalf.Shown ask() {
    CryptographyRequests first = version.requests();
    KeyBundle bundle = transport.call(first.get());
    if (first.kid().version() == null && !version.keptTo(PublicHalf.keyOf(bundle).kid())) {
      return ask();
    }
    return PublicHalf.of(bundle, keyId());
  }
}
