package org.keyhaven.client;

import org.keyhaven.client.wire.KeyRelease.KeyReleaseParameters;
import org.keyhaven.client.wire.KeyRotation.KeyRotationPolicy;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyImportParameters;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;

/**
 * The keys of a vault (REST API: Keys). Thread-safe. Every method throws {@link VaultException}, and {@link
 * IllegalArgumentException} for a name or version that is none.
 *
 * <p>What makes or removes something is repeated by the client only when it surely did not happen; everything else also when
 * the answer was lost.
 */
public final class KeyClient {
  private final Transport transport;
  private final KeyRequests requests;

  KeyClient(Transport transport) {
    this.transport = transport;
    this.requests = new KeyRequests(transport.address());
  }

  /** Makes a key, or a new version of one that exists. */
  public KeyBundle create(String name, KeyCreateParameters parameters) {
    return transport.call(requests.create(name, parameters));
  }

  /** Takes a key that was made elsewhere, as a new key or a new version of one that exists. */
  public KeyBundle importKey(String name, KeyImportParameters parameters) {
    return transport.call(requests.importKey(name, parameters));
  }

  /** The latest version. */
  public KeyBundle get(String name) {
    return get(name, null);
  }

  /** One version; null for the latest. */
  public KeyBundle get(String name, String version) {
    return transport.call(requests.get(name, version));
  }

  /**
   * The latest version; its attributes have the HSM's proof that it keeps the key. Only a Managed HSM whose hardware gives
   * such proofs answers; every other vault refuses.
   */
  public KeyBundle getAttestation(String name) {
    return getAttestation(name, null);
  }

  /** One version with such a proof; null for the latest. */
  public KeyBundle getAttestation(String name, String version) {
    return transport.call(requests.attestation(name, version));
  }

  /** Every key that is not deleted, with the attributes of its latest version; identifiers are without version. */
  public Paged<KeyItem> list() {
    return Paged.of(transport, requests.list());
  }

  /** Every version of one key. */
  public Paged<KeyItem> listVersions(String name) {
    return Paged.of(transport, requests.listVersions(name));
  }

  /** Changes attributes, permitted operations, tags; members that are null stay as they are. A null version is the latest. */
  public KeyBundle update(String name, String version, KeyUpdateParameters parameters) {
    return transport.call(requests.update(name, version, parameters));
  }

  /**
   * Deletes every version, and does not wait until the deleted key can be found; whether it can be undone is the vault's to
   * say ({@code recoveryId}, {@code scheduledPurgeDate}).
   */
  public KeyBundle delete(String name) {
    return transport.call(requests.delete(name));
  }

  /** Deletes every version; the poller waits until the key can be found as deleted, and then recovered or purged. */
  public Poller<KeyBundle> beginDelete(String name) {
    KeyBundle started = delete(name);
    // A vault that recovers nothing has nothing to be found later.
    return new Poller<>(transport, requests.getDeleted(name), "deleting the key " + name, started,
        started.recoveryId() == null);
  }

  /** A key that was deleted and not purged. */
  public KeyBundle getDeleted(String name) {
    return transport.call(requests.getDeleted(name));
  }

  /** The keys that were deleted and not purged. */
  public Paged<KeyItem> listDeleted() {
    return Paged.of(transport, requests.listDeleted());
  }

  /** Undoes a deletion; the poller waits until the key can be used again. */
  public Poller<KeyBundle> beginRecover(String name) {
    KeyBundle started = transport.call(requests.recover(name));
    return new Poller<>(transport, requests.get(name, null), "recovering the key " + name, started, false);
  }

  /** Destroys a deleted key for good; nothing but a backup brings it back. */
  public void purge(String name) {
    transport.call(requests.purge(name));
  }

  /** The key with all its versions, sealed so that only the same service can open it. It holds no clear key material. */
  public byte[] backup(String name) {
    return transport.call(requests.backup(name));
  }

  /**
   * Puts a backup back, under its own name and with its versions.
   *
   * @return the latest version
   * @throws VaultException.Conflict when the name is taken, if only by a deleted key
   */
  public KeyBundle restore(byte[] backup) {
    return transport.call(requests.restore(backup));
  }

  /** Makes a new version of the kind of the latest, now. */
  public KeyBundle rotate(String name) {
    return transport.call(requests.rotate(name));
  }

  /** When the vault makes new versions, or announces that one expires. */
  public KeyRotationPolicy getRotationPolicy(String name) {
    return transport.call(requests.getRotationPolicy(name));
  }

  /** Replaces the whole policy; what the vault made of it. */
  public KeyRotationPolicy updateRotationPolicy(String name, KeyRotationPolicy policy) {
    return transport.call(requests.updateRotationPolicy(name, policy));
  }

  /**
   * Hands an exportable key to an environment that its release policy trusts.
   *
   * @param version null for the latest
   * @return a compact JWS (RFC 7515) of the service around the key, which is encrypted to the environment
   * @throws VaultException.Forbidden when the policy is not met, or the key is not exportable
   */
  public String release(String name, String version, KeyReleaseParameters parameters) {
    return transport.call(requests.release(name, version, parameters));
  }

  /** Random bytes from a Managed HSM. @param count 1 to 128 */
  public byte[] randomBytes(int count) {
    return transport.call(requests.randomBytes(count));
  }
}
