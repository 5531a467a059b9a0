package org.keyhaven.provider;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.keyhaven.client.VaultException;

/**
 * What a vault lists, by alias. An alias that several objects claim belongs to none of them: they are listed under their
 * names, and the alias is ambiguous. Otherwise whoever may create a certificate could give it another one's alias.
 */
final class Listing {
  private final Map<String, Set<VaultEntry.Item>> claims = new LinkedHashMap<>();
  private final Map<String, VaultEntry.Item> lines = new LinkedHashMap<>();
  private final VaultException.Forbidden certificatesRefusal;
  private final VaultException.Forbidden keysRefusal;

  /**
   * @param items certificates first
   * @param certificatesRefusal why certificates are not among them; null when they are; {@code keysRefusal} likewise
   */
  Listing(List<VaultEntry.Item> items, VaultException.Forbidden certificatesRefusal, VaultException.Forbidden keysRefusal) {
    this.certificatesRefusal = certificatesRefusal;
    this.keysRefusal = keysRefusal;
    items.forEach(item -> claim(item.alias(), item));
    while (giveWay()) {
      // A name that an object falls back to may be the alias of a third one.
    }
    for (VaultEntry.Item item : items) {
      VaultEntry.Item shown = claims.get(folded(item.alias())).size() == 1 ? item : item.byName();
      lines.putIfAbsent(folded(shown.alias()), shown);
    }
  }

  /** Every object, once; those whose alias is ambiguous under their names. */
  List<VaultEntry.Item> lines() {
    return List.copyOf(lines.values());
  }

  /** Who claims an alias: none, one, or several, to none of whom it belongs. */
  List<VaultEntry.Item> claiming(String alias) {
    return List.copyOf(claims.getOrDefault(folded(alias), Set.of()));
  }

  boolean withCertificates() {
    return certificatesRefusal == null;
  }

  boolean withKeys() {
    return keysRefusal == null;
  }

  /** @throws VaultException.Forbidden when the caller may list nothing at all */
  Listing orRefusal() {
    if (certificatesRefusal != null && keysRefusal != null) {
      throw certificatesRefusal;
    }
    return this;
  }

  /** Lets the objects of each ambiguous alias claim their names. */
  private boolean giveWay() {
    boolean changed = false;
    for (Set<VaultEntry.Item> rivals : List.copyOf(claims.values())) {
      if (rivals.size() > 1) {
        for (VaultEntry.Item rival : new ArrayList<>(rivals)) {
          changed |= claim(rival.name(), rival);
        }
      }
    }
    return changed;
  }

  private boolean claim(String alias, VaultEntry.Item item) {
    return claims.computeIfAbsent(folded(alias), ignored -> new LinkedHashSet<>()).add(item);
  }

  /** Letter case does not count in an alias. */
  static String folded(String alias) {
    return alias.toLowerCase(Locale.ROOT);
  }
}
