package org.keyhaven.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.keyhaven.client.wire.KeyRelease.KeyReleaseParameters;
import org.keyhaven.client.wire.KeyRotation.KeyRotationPolicy;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyImportParameters;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;

/**
 * The keys of a vault (REST API: Keys): {@link KeyClient} for those who do not wait. Futures are as {@link KeyhavenAsyncClient}
 * describes. Thread-safe.
 */
public final class KeyAsyncClient {
  private final AsyncTransport transport;
  private final VaultAddress address;
  private final KeyRequests requests;

  KeyAsyncClient(AsyncTransport transport, VaultAddress address) {
    this.transport = transport;
    this.address = address;
    this.requests = new KeyRequests(address);
  }

  /** Makes a key, or a new version of one that exists. */
  public CompletableFuture<KeyBundle> create(String name, KeyCreateParameters parameters) {
    return transport.call(requests.create(name, parameters));
  }

  /** Takes a key that was made elsewhere, as a new key or a new version of one that exists. */
  public CompletableFuture<KeyBundle> importKey(String name, KeyImportParameters parameters) {
    return transport.call(requests.importKey(name, parameters));
  }

  /** The latest version. */
  public CompletableFuture<KeyBundle> get(String name) {
    return get(name, null);
  }

  /** One version; null for the latest. */
  public CompletableFuture<KeyBundle> get(String name, String version) {
    return transport.call(requests.get(name, version));
  }

  /**
   * The latest version; its attributes have the HSM's proof that it keeps the key. Only a Managed HSM whose hardware gives
   * such proofs answers; every other vault refuses.
   */
  public CompletableFuture<KeyBundle> getAttestation(String name) {
    return getAttestation(name, null);
  }

  /** One version with such a proof; null for the latest. */
  public CompletableFuture<KeyBundle> getAttestation(String name, String version) {
    return transport.call(requests.attestation(name, version));
  }

  /** Every key that is not deleted, with the attributes of its latest version; identifiers are without version. */
  public AsyncPaged<KeyItem> list() {
    return new AsyncPaged<>(transport, address, requests.list());
  }

  /** Every version of one key. */
  public AsyncPaged<KeyItem> listVersions(String name) {
    return new AsyncPaged<>(transport, address, requests.listVersions(name));
  }

  /** Changes attributes, permitted operations or tags; members that are null stay as they are. A null version is the latest. */
  public CompletableFuture<KeyBundle> update(String name, String version, KeyUpdateParameters parameters) {
    return transport.call(requests.update(name, version, parameters));
  }

  /**
   * Deletes every version, and does not wait until the deleted key can be found; whether it can be undone is the vault's to say
   * ({@code recoveryId}, {@code scheduledPurgeDate}).
   */
  public CompletableFuture<KeyBundle> delete(String name) {
    return transport.call(requests.delete(name));
  }

  /**
   * Deletes every version, and waits until the key can be found as deleted, and then recovered or purged: {@link
   * KeyClient#beginDelete} and {@link Poller#await} in one.
   *
   * @param limit the longest wait; the deletion goes on when it passes
   */
  public CompletableFuture<KeyBundle> deleteAndAwait(String name, Duration limit) {
    return Flight.of(flight -> flight.awaits(delete(name)).thenCompose(started -> started.recoveryId() == null
        // A vault that recovers nothing has nothing to be found later.
        ? CompletableFuture.completedFuture(started)
        : found(requests.getDeleted(name), "deleting the key " + name, limit, new Patience(limit), flight)));
  }

  /**
   * Undoes a deletion, and waits until the key can be used again: {@link KeyClient#beginRecover} and {@link Poller#await} in one.
   *
   * @param limit the longest wait; the recovery goes on when it passes
   */
  public CompletableFuture<KeyBundle> recoverAndAwait(String name, Duration limit) {
    return Flight.of(flight -> flight.awaits(transport.call(requests.recover(name))).thenCompose(started ->
        found(requests.get(name, null), "recovering the key " + name, limit, new Patience(limit), flight)));
  }

  /** What is not there yet (404), once it is. */
  private CompletableFuture<KeyBundle> found(Request<KeyBundle> look, String what, Duration limit, Patience patience,
      Flight flight) {
    return flight.awaits(transport.reply(look, patience.remaining())).thenApply(Transport.Reply::value)
        .exceptionallyCompose(failure -> {
          if (!(Flight.cause(failure) instanceof VaultException.NotFound)) {
            return CompletableFuture.failedFuture(failure);
          }
          return patience.next(Optional.empty()).map(wait -> flight.awaits(transport.after(wait))
              .thenCompose(nothing -> found(look, what, limit, patience, flight)))
              .orElseGet(() -> CompletableFuture.failedFuture(Poller.notDone(what, limit)));
        });
  }

  /** A key that was deleted and not purged. */
  public CompletableFuture<KeyBundle> getDeleted(String name) {
    return transport.call(requests.getDeleted(name));
  }

  /** The keys that were deleted and not purged. */
  public AsyncPaged<KeyItem> listDeleted() {
    return new AsyncPaged<>(transport, address, requests.listDeleted());
  }

  /** Undoes a deletion, and does not wait until the key can be used again: {@link #get(String)} finds it then. */
  public CompletableFuture<KeyBundle> recover(String name) {
    return transport.call(requests.recover(name));
  }

  /** Destroys a deleted key for good; nothing but a backup brings it back. */
  public CompletableFuture<Void> purge(String name) {
    return transport.call(requests.purge(name));
  }

  /** The key with all its versions, sealed so that only the same service can open it. It holds no clear key material. */
  public CompletableFuture<byte[]> backup(String name) {
    return transport.call(requests.backup(name));
  }

  /**
   * Puts a backup back, under its own name and with its versions.
   *
   * @return the latest version
   * @throws VaultException.Conflict when the name is taken, if only by a deleted key
   */
  public CompletableFuture<KeyBundle> restore(byte[] backup) {
    return transport.call(requests.restore(backup));
  }

  /** Makes a new version of the kind of the latest, now. */
  public CompletableFuture<KeyBundle> rotate(String name) {
    return transport.call(requests.rotate(name));
  }

  /** When the vault makes new versions, or announces that one expires. */
  public CompletableFuture<KeyRotationPolicy> getRotationPolicy(String name) {
    return transport.call(requests.getRotationPolicy(name));
  }

  /** Replaces the whole policy; what the vault made of it. */
  public CompletableFuture<KeyRotationPolicy> updateRotationPolicy(String name, KeyRotationPolicy policy) {
    return transport.call(requests.updateRotationPolicy(name, policy));
  }

  /**
   * Hands an exportable key to an environment that its release policy trusts.
   *
   * @param version null for the latest
   * @return a compact JWS (RFC 7515) of the service around the key, which is encrypted to the environment
   * @throws VaultException.Forbidden when the policy is not met, or the key is not exportable
   */
  public CompletableFuture<String> release(String name, String version, KeyReleaseParameters parameters) {
    return transport.call(requests.release(name, version, parameters));
  }

  /** Random bytes from a Managed HSM. @param count 1 to 128 */
  public CompletableFuture<byte[]> randomBytes(int count) {
    return transport.call(requests.randomBytes(count));
  }
}
