package org.keyhaven.provider;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
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
   * @param filter which aliases there are, also those that objects fall back to
   * @param certificatesRefusal why certificates are not among them; null when they are; {@code keysRefusal} likewise
   */
  Listing(List<VaultEntry.Item> items, AliasFilter filter, VaultException.Forbidden certificatesRefusal,
      VaultException.Forbidden keysRefusal) {
    this.certificatesRefusal = certificatesRefusal;
    this.keysRefusal = keysRefusal;
    List<VaultEntry.Item> passing = new ArrayList<>();
    // Each object comes in here twice at most, whatever aliases strangers choose.
    Queue<VaultEntry.Item> displaced = new ArrayDeque<>();
    for (VaultEntry.Item item : items) {
      if (filter.shows(item.alias())) {
        passing.add(item);
        claim(item.alias(), item, displaced);
      }
    }
    while (!displaced.isEmpty()) {
      // A name that an object falls back to may be the alias of a third one.
      VaultEntry.Item item = displaced.remove();
      if (filter.shows(item.name())) {
        claim(item.name(), item, displaced);
      }
    }
    for (VaultEntry.Item item : passing) {
      VaultEntry.Item shown = claims.get(folded(item.alias())).size() == 1 ? item : item.byName();
      if (filter.shows(shown.alias())) {
        lines.putIfAbsent(folded(shown.alias()), shown);
      }
    }
  }

  /** Every object that the filter shows, once; those whose alias is ambiguous under their names. */
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

  /** @param displaced gets those who do not have the alias for themselves, this one included, and shall claim their names */
  private void claim(String alias, VaultEntry.Item item, Queue<VaultEntry.Item> displaced) {
    String folded = folded(alias);
    Set<VaultEntry.Item> rivals = claims.get(folded);
    if (rivals == null) {
      rivals = new LinkedHashSet<>();
      claims.put(folded, rivals);
    }
    if (rivals.add(item) && rivals.size() > 1) {
      if (rivals.size() == 2) {
        displaced.add(rivals.iterator().next());
      }
      displaced.add(item);
    }
  }

  /** Letter case does not count in an alias. */
  static String folded(String alias) {
    return alias.toLowerCase(Locale.ROOT);
  }
}
