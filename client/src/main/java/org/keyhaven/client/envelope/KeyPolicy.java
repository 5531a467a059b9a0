package org.keyhaven.client.envelope;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.keyhaven.client.wire.ObjectId;

/**
 * Which keys a message may name. Whoever made the message chose the name in it, so the vault is asked to unwrap with nothing
 * but these.
 *
 * @param vault the client's own
 * @param names of keys, any version, in lower case; null for every key of the vault
 */
record KeyPolicy(URI vault, Set<String> names) {

  /** Names of keys are the same in any case, as in the vault. */
  static KeyPolicy of(URI vault, Set<String> names) {
    return new KeyPolicy(vault, names.stream().map(KeyPolicy::folded).collect(Collectors.toUnmodifiableSet()));
  }

  static KeyPolicy anyKeyOf(URI vault) {
    return new KeyPolicy(vault, null);
  }

  /** @param kid null, which is not allowed, where nobody said */
  boolean allows(ObjectId kid) {
    return kid != null && kid.collection().equals("keys") && kid.version() != null
        && vault.getHost().equalsIgnoreCase(kid.vault().getHost()) && port(vault) == port(kid.vault())
        && (names == null || names.contains(folded(kid.name())));
  }

  private static int port(URI https) {
    return https.getPort() < 0 ? 443 : https.getPort();
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
