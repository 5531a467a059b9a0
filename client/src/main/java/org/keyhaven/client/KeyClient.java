package org.keyhaven.client;

import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;

/** The keys of a vault (REST API: Keys). Thread-safe. Every method throws {@link VaultException}. */
public final class KeyClient {
  private final Transport transport;
  private final KeyRequests requests;

  KeyClient(Transport transport) {
    this.transport = transport;
    this.requests = new KeyRequests(transport.address());
  }

  /** Makes a key, or a new version of one that exists. Repeated by the client only when it surely did not happen. */
  public KeyBundle create(String name, KeyCreateParameters parameters) {
    return transport.call(requests.create(name, parameters));
  }

  /** The latest version. */
  public KeyBundle get(String name) {
    return get(name, null);
  }

  /** One version; null for the latest. */
  public KeyBundle get(String name, String version) {
    return transport.call(requests.get(name, version));
  }

  /** The latest version of every key that is not deleted. */
  public Paged<KeyItem> list() {
    return Paged.of(transport, requests.list());
  }

  /** Every version of one key. */
  public Paged<KeyItem> listVersions(String name) {
    return Paged.of(transport, requests.listVersions(name));
  }

  /** Changes attributes, permitted operations or tags; members that are null stay as they are. A null version is the latest. */
  public KeyBundle update(String name, String version, KeyUpdateParameters parameters) {
    return transport.call(requests.update(name, version, parameters));
  }

  /** Deletes every version; whether that can be undone is the vault's to say ({@code recoveryId}, {@code scheduledPurgeDate}). */
  public KeyBundle delete(String name) {
    return transport.call(requests.delete(name));
  }
}
