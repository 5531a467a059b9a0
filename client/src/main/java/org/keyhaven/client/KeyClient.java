package org.keyhaven.client;

import java.util.Objects;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.client.wire.Page;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectReader;

/** The keys of a vault (REST API: Keys). Thread-safe. Every method throws {@link VaultException}. */
public final class KeyClient {
  private static final ObjectReader BUNDLE = Json.mapper().readerFor(KeyBundle.class);
  private static final ObjectReader PAGE = Json.mapper().readerFor(new TypeReference<Page<KeyItem>>() { });

  private final Transport transport;

  KeyClient(Transport transport) {
    this.transport = transport;
  }

  /** Makes a key, or a new version of one that exists. Repeated by the client only when it surely did not happen. */
  public KeyBundle create(String name, KeyCreateParameters parameters) {
    Objects.requireNonNull(parameters, "parameters");
    return transport.call(Operation.KEY_CREATE, Transport.path("keys", name) + "/create", parameters, BUNDLE);
  }

  /** The latest version. */
  public KeyBundle get(String name) {
    return transport.call(Operation.KEY_GET, Transport.path("keys", name), null, BUNDLE);
  }

  /** One version; null for the latest. */
  public KeyBundle get(String name, String version) {
    return transport.call(Operation.KEY_GET, Transport.path("keys", name, version), null, BUNDLE);
  }

  /** The latest version of every key that is not deleted. */
  public Paged<KeyItem> list() {
    return new Paged<>(link -> transport.page(Operation.KEY_LIST, "/keys", link, PAGE));
  }

  /** Every version of one key. */
  public Paged<KeyItem> listVersions(String name) {
    String path = Transport.path("keys", name) + "/versions";
    return new Paged<>(link -> transport.page(Operation.KEY_LIST, path, link, PAGE));
  }

  /** Changes attributes, permitted operations or tags; members that are null stay as they are. A null version is the latest. */
  public KeyBundle update(String name, String version, KeyUpdateParameters parameters) {
    Objects.requireNonNull(parameters, "parameters");
    return transport.call(Operation.KEY_UPDATE, Transport.path("keys", name, version), parameters, BUNDLE);
  }

  /** Deletes every version; whether that can be undone is the vault's to say ({@code recoveryId}, {@code scheduledPurgeDate}). */
  public KeyBundle delete(String name) {
    return transport.call(Operation.KEY_DELETE, Transport.path("keys", name), null, BUNDLE);
  }
}
