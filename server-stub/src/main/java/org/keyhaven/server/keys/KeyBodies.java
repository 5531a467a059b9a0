package org.keyhaven.server.keys;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Deletion;
import org.keyhaven.server.store.Found;
import org.keyhaven.server.store.StoredVersion;
import org.keyhaven.server.vaults.Vault;

/** Stored keys as the API shows them. */
final class KeyBodies {
  private KeyBodies() { }

  static KeyBundle bundle(Vault vault, URI base, Found found) {
    KeyContent content = KeyContent.read(found.version().content());
    Deletion deletion = found.object().deletion();
    return new KeyBundle(content.publicKey().named(kid(base, found, found.version().version()), content.keyOps()),
        attributes(vault, found.version(), content), tags(found), content.managed() ? true : null, content.releasePolicy(),
        recoveryId(base, found), deleted(deletion), purge(deletion));
  }

  /** @param version null for an identifier without one */
  static KeyItem item(Vault vault, URI base, Found found, String version) {
    KeyContent content = KeyContent.read(found.version().content());
    Deletion deletion = found.object().deletion();
    return new KeyItem(kid(base, found, version), attributes(vault, found.version(), content), tags(found),
        content.managed() ? true : null, recoveryId(base, found), deleted(deletion), purge(deletion));
  }

  static ObjectId kid(URI base, Found found, String version) {
    return new ObjectId(base, Collection.KEYS.wireName(), found.object().name(), version);
  }

  private static ObjectAttributes attributes(Vault vault, StoredVersion version, KeyContent content) {
    return new ObjectAttributes(version.enabled(), version.notBefore(), version.expires(), version.created(),
        version.updated(), vault.softDelete().recoveryLevel(), vault.softDelete().retentionDays(), content.exportable(),
        content.platform(), null, content.bits(), null);
  }

  private static Map<String, String> tags(Found found) {
    return found.version().tags().isEmpty() ? null : found.version().tags();
  }

  private static String recoveryId(URI base, Found found) {
    return found.object().deletion() == null ? null
        : base + "/deleted" + Collection.KEYS.wireName() + "/" + found.object().name();
  }

  private static Instant deleted(Deletion deletion) {
    return deletion == null ? null : deletion.deleted();
  }

  private static Instant purge(Deletion deletion) {
    return deletion == null ? null : deletion.purge();
  }
}
