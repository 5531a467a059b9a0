package org.keyhaven.provider;

import java.security.Key;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;

/**
 * What the vault shows under one alias.
 *
 * @param item null when the alias is ambiguous
 * @param chain leaf first; empty for a key without certificate
 * @param key a {@link VaultPrivateKey} or a {@link VaultSecretKey}; null for a trusted certificate, and when there is none
 *     that can be used, of which {@code refusal} says why
 * @param created null when unknown
 * @param policy how the certificate was made; null for a bare key
 * @param refusal why there is no usable key, one line; null when there is one, and for a trusted certificate
 * @param cause what the vault said; null when it was no failure
 */
record VaultEntry(Item item, List<X509Certificate> chain, Key key, Instant created, Map<String, String> tags,
    CertificatePolicy policy, String refusal, VaultException cause) {

  private static final int MOST_NAMED = 5;

  /** The collection an object is in. */
  enum Kind { CERTIFICATE, KEY }

  /**
   * One line of a listing.
   *
   * @param alias the tag where there is one, otherwise the name
   * @param thumbprint SHA-1 of the leaf; null where the vault gives none
   */
  record Item(String alias, String name, Kind kind, byte[] thumbprint) {
    /** The same object under its name. */
    Item byName() {
      return new Item(name, name, kind, thumbprint);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Item that && name.equals(that.name) && kind == that.kind;
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }

    @Override
    public String toString() {
      return kind.name().toLowerCase(Locale.ROOT) + " " + name;
    }
  }

  /** An alias that several objects claim: it stands for none of them. */
  static VaultEntry ambiguous(String alias, List<Item> rivals) {
    String reason = "the alias " + alias + " is ambiguous: "
        + rivals.stream().limit(MOST_NAMED).map(Item::toString).collect(Collectors.joining(" and "))
        + (rivals.size() > MOST_NAMED ? " and " + (rivals.size() - MOST_NAMED) + " more" : "")
        + "; in the vault, delete one or change its tag " + VaultCatalog.ALIAS_TAG;
    return new VaultEntry(null, List.of(), null, null, Map.of(), null, reason, null);
  }

  boolean isAmbiguous() {
    return item == null;
  }

  /** A certificate of somebody else, with no key. */
  boolean isTrusted() {
    return key == null && refusal == null;
  }

  boolean isPrivateKey() {
    return key instanceof VaultPrivateKey && !chain.isEmpty();
  }

  /** An object that is there and cannot be read. */
  static VaultEntry refused(Item item, VaultException cause) {
    String reason = item + " cannot be read: " + cause.getMessage();
    return new VaultEntry(item, List.of(), null, null, Map.of(), null, reason, cause);
  }

  /** @throws KeyStoreException when nobody can tell what the alias stands for, so that nothing may take its place */
  void requireKnown() throws KeyStoreException {
    if (isAmbiguous() || cause != null) {
      throw new KeyStoreException(refusal, cause);
    }
  }
}
