package org.keyhaven.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyOperationParameters;
import org.keyhaven.client.wire.Keys.KeyOperationResult;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** {@link VaultCryptography} for those who do not wait. Thread-safe. */
final class AsyncCryptography {
  private final AsyncTransport transport;
  private final KeptVersion version;
  /** Everybody's, so that nobody may cancel it. */
  private CompletableFuture<PublicHalf> publicHalf;

  AsyncCryptography(AsyncTransport transport, VaultAddress address, ObjectId kid) {
    this.transport = transport;
    this.version = new KeptVersion(address, kid);
  }

  ObjectId keyId() {
    return version.keyId();
  }

  CompletableFuture<JsonWebKey> key() {
    return Flight.of(flight -> flight.awaits(transport.apart(publicHalf())).thenCompose(half -> {
      if (half instanceof PublicHalf.Shown shown) {
        return CompletableFuture.completedFuture(shown.key());
      }
      return ask(flight).thenApply(shown -> {
        forget();
        return shown.key();
      });
    }));
  }

  CompletableFuture<byte[]> sign(SignatureAlgorithm algorithm, byte[] digest) {
    return remotely(to -> to.sign(algorithm, digest), KeyOperationResult::value);
  }

  CompletableFuture<Boolean> verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) {
    return here(algorithm.scheme().keyFamily(), KeyOperation.VERIFY, local -> local.verify(algorithm, digest, signature),
        flight -> flight.awaits(transport.call(version.requests().verify(algorithm, digest, signature))));
  }

  <R> CompletableFuture<R> encrypt(KeyOperation operation, KeyOperationParameters parameters,
      Function<KeyOperationResult, R> part) {
    return here(parameters.alg().keyFamily(), operation, local -> part.apply(local.encrypt(operation, parameters)),
        flight -> remotely(flight, to -> to.of(operation, parameters)).thenApply(part));
  }

  <R> CompletableFuture<R> decrypt(KeyOperation operation, KeyOperationParameters parameters,
      Function<KeyOperationResult, R> part) {
    return remotely(to -> to.of(operation, parameters), part);
  }

  private <R> CompletableFuture<R> here(KeyType.Family family, KeyOperation operation, Function<LocalCryptography, R> locally,
      Function<Flight, CompletableFuture<R>> remotely) {
    return Flight.of(flight -> {
      if (!PublicHalf.helps(family)) {
        return remotely.apply(flight);
      }
      return flight.awaits(transport.apart(publicHalf())).thenCompose(half -> {
        Optional<LocalCryptography> local = half.here(operation);
        return local.isPresent() ? CompletableFuture.completedFuture(locally.apply(local.get())) : remotely.apply(flight);
      });
    });
  }

  private <R> CompletableFuture<R> remotely(Function<CryptographyRequests, Request<KeyOperationResult>> operation,
      Function<KeyOperationResult, R> part) {
    return Flight.of(flight -> remotely(flight, operation).thenApply(part));
  }

  private CompletableFuture<KeyOperationResult> remotely(Flight flight,
      Function<CryptographyRequests, Request<KeyOperationResult>> operation) {
    CryptographyRequests first = version.requests();
    return flight.awaits(transport.call(operation.apply(first))).thenCompose(result ->
        first.kid().version() != null || version.keptTo(result.kid()) ? CompletableFuture.completedFuture(result)
            // The key was rotated meanwhile, and another call was the first to be served.
            : flight.awaits(transport.call(operation.apply(version.requests()))));
  }

  /** The lookup that serves everybody; a failure is not kept. */
  private synchronized CompletableFuture<PublicHalf> publicHalf() {
    if (publicHalf == null || publicHalf.isCompletedExceptionally()) {
      publicHalf = ask(new Flight()).handle((shown, failure) -> {
        if (Flight.cause(failure) instanceof VaultException.Forbidden refusal) {
          return CompletableFuture.<PublicHalf>completedFuture(PublicHalf.hidden(refusal, keyId()));
        }
        return failure == null ? CompletableFuture.<PublicHalf>completedFuture(shown)
            : CompletableFuture.<PublicHalf>failedFuture(Flight.cause(failure));
      }).thenCompose(Function.identity());
    }
    return publicHalf;
  }

  private synchronized void forget() {
    publicHalf = null;
  }

  private CompletableFuture<PublicHalf.Shown> ask(Flight flight) {
    CryptographyRequests first = version.requests();
    return flight.awaits(transport.call(first.get())).thenCompose(bundle ->
        first.kid().version() == null && !version.keptTo(PublicHalf.keyOf(bundle).kid()) ? ask(flight)
            : CompletableFuture.completedFuture(PublicHalf.of(bundle, keyId())));
  }
}
