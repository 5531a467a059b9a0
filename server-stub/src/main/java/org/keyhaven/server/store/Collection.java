package org.keyhaven.server.store;

import java.util.Arrays;
import java.util.Locale;

/** The collections of versioned objects, and how errors speak of them. */
public enum Collection {
  KEYS("keys", "Key"),
  CERTIFICATES("certificates", "Certificate");

  private final String wireName;
  private final String noun;

  Collection(String wireName, String noun) {
    this.wireName = wireName;
    this.noun = noun;
  }

  /** As it stands in identifiers; deleted objects are in {@code deleted…}. */
  public String wireName() {
    return wireName;
  }

  /** @throws IllegalArgumentException when no collection has this name */
  static Collection fromWire(String name) {
    return Arrays.stream(values()).filter(collection -> collection.wireName.equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown collection: " + name));
  }

  String noun() {
    return noun;
  }

  String lowerNoun() {
    return noun.toLowerCase(Locale.ROOT);
  }
}
