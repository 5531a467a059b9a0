package org.keyhaven.provider;

import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.Certificates.CertificateBundle;
import org.keyhaven.client.wire.Certificates.CertificateItem;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.ObjectId;

/**
 * The aliases of a vault, cached. An alias is the name of a certificate or of a bare key, or what the tag
 * {@link #ALIAS_TAG} says in its place; letter case does not count. Where several objects claim one alias, an object of that
 * name goes before a tag, and a certificate before a bare key.
 *
 * <p>Each entry stands alone: one that the vault refuses to show is kept as refused and hides no other. Thread-safe. Methods
 * throw {@link VaultException} when the vault as a whole does not answer, or forbids what the question needs.
 */
final class VaultCatalog {
  /** Carries the alias of an object whose name is another: the service cannot rename. */
  static final String ALIAS_TAG = "keyhaven-alias";

  /** Entries kept at most; the one unused for longest goes first. */
  private static final int MOST_ENTRIES = 1024;

  /** @param withKeys whether bare keys are in it; a caller who may not list keys still sees certificates */
  private record Listing(Map<String, VaultEntry.Item> items, boolean withKeys) { }

  private final VaultSession session;
  private final Duration refresh;
  private final Cached<Listing> listing;
  private final Map<String, Cached<Optional<VaultEntry>>> entries = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Cached<Optional<VaultEntry>>> eldest) {
      return size() > MOST_ENTRIES;
    }
  };

  VaultCatalog(VaultSession session, Duration refresh) {
    this.session = session;
    this.refresh = refresh;
    this.listing = new Cached<>(this::list, refresh, System::nanoTime);
  }

  /** One listing, or the last one while it is young enough. */
  List<String> aliases() {
    return listing.get().items.values().stream().map(VaultEntry.Item::alias).toList();
  }

  /** The lines of the listing. */
  List<VaultEntry.Item> items() {
    return List.copyOf(listing.get().items.values());
  }

  /** The entry of an alias; empty when there is none. */
  Optional<VaultEntry> find(String alias) {
    String key = folded(alias);
    Cached<Optional<VaultEntry>> cached;
    synchronized (entries) {
      cached = entries.computeIfAbsent(key, ignored -> new Cached<>(() -> load(alias), refresh, System::nanoTime));
    }
    return cached.get();
  }

  /** Forgets everything, after a change of one's own. */
  void invalidate() {
    listing.invalidate();
    synchronized (entries) {
      entries.clear();
    }
  }

  private Listing list() {
    Map<String, VaultEntry.Item> named = new LinkedHashMap<>();
    List<VaultEntry.Item> tagged = new ArrayList<>();
    for (CertificateItem item : session.client().certificates().list()) {
      add(named, tagged, item(item.id().name(), item.tags(), VaultEntry.Kind.CERTIFICATE, item.x5t()));
    }
    boolean withKeys = true;
    try {
      List<VaultEntry.Item> keys = new ArrayList<>();
      for (KeyItem item : session.client().keys().list()) {
        if (!Boolean.TRUE.equals(item.managed())) {
          keys.add(item(item.kid().name(), item.tags(), VaultEntry.Kind.KEY, null));
        }
      }
      keys.forEach(item -> add(named, tagged, item));
    } catch (VaultException.Forbidden e) {
      withKeys = false;
    }
    tagged.forEach(item -> named.putIfAbsent(folded(item.alias()), item));
    return new Listing(named, withKeys);
  }

  private static void add(Map<String, VaultEntry.Item> named, List<VaultEntry.Item> tagged, VaultEntry.Item item) {
    if (folded(item.alias()).equals(folded(item.name()))) {
      named.putIfAbsent(folded(item.alias()), item);
    } else {
      tagged.add(item);
    }
  }

  private Optional<VaultEntry> load(String alias) {
    Listing known = listing.ifFresh();
    if (known == null) {
      Optional<VaultEntry> byName = certificateNamed(alias);
      if (byName.isPresent()) {
        return byName;
      }
      known = listing.get();
    }
    VaultEntry.Item item = known.items.get(folded(alias));
    if (item != null) {
      return load(item);
    }
    return known.withKeys ? Optional.empty() : keyNamed(alias);
  }

  private Optional<VaultEntry> load(VaultEntry.Item item) {
    try {
      return Optional.of(item.kind() == VaultEntry.Kind.CERTIFICATE
          ? entry(item, session.client().certificates().get(item.name()))
          : entry(item, session.client().keys().get(item.name())));
    } catch (VaultException.NotFound e) {
      return Optional.empty();
    } catch (VaultException.Forbidden e) {
      return Optional.of(VaultEntry.refused(item, e));
    } catch (VaultException.Unavailable e) {
      // 500 is about this object, for instance one whose row was tampered with; anything else is about the vault.
      if (e.status() == 500) {
        return Optional.of(VaultEntry.refused(item, e));
      }
      throw e;
    }
  }

  /** Most aliases are names: one request then does, and no permission to list is needed. */
  private Optional<VaultEntry> certificateNamed(String name) {
    if (!ObjectId.isName(name)) {
      return Optional.empty();
    }
    try {
      CertificateBundle bundle = session.client().certificates().get(name);
      VaultEntry.Item item = item(bundle.id().name(), bundle.tags(), VaultEntry.Kind.CERTIFICATE, bundle.x5t());
      return folded(item.alias()).equals(folded(name)) ? Optional.of(entry(item, bundle)) : Optional.empty();
    } catch (VaultException.NotFound e) {
      return Optional.empty();
    }
  }

  private Optional<VaultEntry> keyNamed(String name) {
    if (!ObjectId.isName(name)) {
      return Optional.empty();
    }
    try {
      KeyBundle bundle = session.client().keys().get(name);
      VaultEntry.Item item = item(bundle.key().kid().name(), bundle.tags(), VaultEntry.Kind.KEY, null);
      boolean bare = !Boolean.TRUE.equals(bundle.managed());
      return bare && folded(item.alias()).equals(folded(name)) ? Optional.of(entry(item, bundle)) : Optional.empty();
    } catch (VaultException.NotFound e) {
      return Optional.empty();
    }
  }

  private VaultEntry entry(VaultEntry.Item item, CertificateBundle bundle) {
    List<X509Certificate> chain = List.of();
    VaultPrivateKey key = null;
    String refusal = null;
    try {
      chain = X509.chain(bundle);
      if (chain.isEmpty()) {
        refusal = "the certificate " + item.name() + " is pending: nothing has been merged into it yet";
      } else {
        key = session.privateKey(bundle.kid(), publicKey(chain.get(0), bundle));
      }
    } catch (CertificateException | InvalidKeyException | InvalidKeySpecException e) {
      refusal = "the certificate " + item.name() + " cannot be used: " + e.getMessage();
    }
    return usable(new VaultEntry(item, chain, key, created(bundle.attributes()),
        bundle.tags() == null ? Map.of() : bundle.tags(), bundle.policy(), refusal, null), bundle.attributes());
  }

  private VaultEntry entry(VaultEntry.Item item, KeyBundle bundle) {
    VaultPrivateKey key = null;
    String refusal = null;
    if (bundle.key().kty().family() == KeyType.Family.OCT) {
      refusal = "the key " + item.name() + " is symmetric, and no private key";
    } else {
      try {
        key = session.privateKey(bundle.key().kid(), PublicKeys.of(bundle.key()));
      } catch (InvalidKeyException | InvalidKeySpecException e) {
        refusal = "the key " + item.name() + " cannot be used: " + e.getMessage();
      }
    }
    return usable(new VaultEntry(item, List.of(), key, created(bundle.attributes()),
        bundle.tags() == null ? Map.of() : bundle.tags(), null, refusal, null), bundle.attributes());
  }

  /** A disabled key is shown but not offered: JSSE would choose it, and every handshake would fail. */
  private static VaultEntry usable(VaultEntry entry, ObjectAttributes attributes) {
    if (attributes == null || !Boolean.FALSE.equals(attributes.enabled())) {
      return entry;
    }
    return new VaultEntry(entry.item(), entry.chain(), null, entry.created(), entry.tags(), entry.policy(),
        entry.item().name() + " is disabled in the vault; enable it there to use its key", null);
  }

  /** The public half as a key of the JDK; secp256k1, which JDK 17 leaves undecoded, from the vault's own description. */
  private PublicKey publicKey(X509Certificate leaf, CertificateBundle bundle) throws InvalidKeySpecException {
    PublicKey decoded = leaf.getPublicKey();
    if (decoded instanceof RSAPublicKey || decoded instanceof ECPublicKey) {
      return decoded;
    }
    return PublicKeys.of(session.client().keys().get(bundle.kid().name(), bundle.kid().version()).key());
  }

  private static Instant created(ObjectAttributes attributes) {
    return attributes == null ? null : attributes.created();
  }

  private static VaultEntry.Item item(String name, Map<String, String> tags, VaultEntry.Kind kind, byte[] thumbprint) {
    String tag = tags == null ? null : tags.get(ALIAS_TAG);
    return new VaultEntry.Item(tag == null || tag.isBlank() ? name : tag, name, kind, thumbprint);
  }

  static String folded(String alias) {
    return alias.toLowerCase(Locale.ROOT);
  }
}
