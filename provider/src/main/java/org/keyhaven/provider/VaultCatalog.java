package org.keyhaven.provider;

import java.security.InvalidKeyException;
import java.security.Key;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.keyhaven.client.Cached;
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
 * {@link #ALIAS_TAG} says in its place; letter case does not count. An alias that several objects claim is ambiguous
 * ({@link Listing}), so that an alias is looked for in the listing wherever the caller may have one. A {@link PinnedAlias}
 * is one version, and in no listing.
 *
 * <p>Each entry stands alone: one that the vault refuses to show, or that nothing can be made of, is kept as refused and
 * hides no other. A caller who may
 * list only certificates or only keys sees those; one who may list neither still reaches what he can name. After the refresh
 * interval an answer is asked for again in the background; it serves meanwhile, up to {@link #LONGEST} intervals.
 * Thread-safe. Methods throw {@link VaultException} when the vault as a whole does not answer, or forbids what the question
 * needs.
 */
final class VaultCatalog {
  /** Carries the alias of an object whose name is another: the service cannot rename. */
  static final String ALIAS_TAG = "keyhaven-alias";

  /** How many refresh intervals an answer serves at most. A handshake asks for every alias, and should not wait. */
  static final int LONGEST = 5;

  /**
   * Entries kept at most; the one unused for longest goes first. A key manager goes through all of them at each handshake:
   * were there more of them than places, none would still be there when it comes round again.
   */
  private static final int MOST_ENTRIES = 8192;
  private static final int REFRESHERS = 2;
  private static final int INTERNAL_ERROR = 500;

  private final VaultSession session;
  private final Duration refresh;
  private final AliasFilter filter;
  private final Executor refreshers = refreshers();
  private final Cached<Listing> listing;
  private final Map<String, Cached<Optional<VaultEntry>>> entries = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Cached<Optional<VaultEntry>>> eldest) {
      return size() > MOST_ENTRIES;
    }
  };

  /** @param filter which aliases exist as far as callers can see */
  VaultCatalog(VaultSession session, Duration refresh, AliasFilter filter) {
    this.session = session;
    this.refresh = refresh;
    this.filter = filter;
    this.listing = cached(this::list);
  }

  /** One listing, or the last one while it is young enough. */
  List<String> aliases() {
    return items().stream().map(VaultEntry.Item::alias).toList();
  }

  /** The lines of the listing. */
  List<VaultEntry.Item> items() {
    return listing.get().orRefusal().lines();
  }

  /** The entry of an alias; empty when there is none. */
  Optional<VaultEntry> find(String alias) {
    Cached<Optional<VaultEntry>> cached;
    synchronized (entries) {
      String folded = Listing.folded(alias);
      cached = entries.get(folded);
      if (cached == null) {
        cached = cached(() -> load(alias));
        entries.put(folded, cached);
      }
    }
    return cached.get();
  }

  /** Forgets everything: after a change of one's own, and before one that must not rest on an old answer. */
  void invalidate() {
    listing.invalidate();
    synchronized (entries) {
      entries.clear();
    }
  }

  private <T> Cached<T> cached(Supplier<T> loader) {
    return new Cached<>(loader, refresh, refresh.multipliedBy(LONGEST), refreshers);
  }

  /** Threads that end when there is nothing to refresh. */
  private static Executor refreshers() {
    ThreadPoolExecutor threads = new ThreadPoolExecutor(REFRESHERS, REFRESHERS, 5, TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(), task -> {
          Thread thread = new Thread(task, "keyhaven-refresh");
          thread.setDaemon(true);
          return thread;
        });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private Listing list() {
    List<VaultEntry.Item> items = new ArrayList<>();
    VaultException.Forbidden certificatesRefusal = null;
    try {
      for (CertificateItem item : session.client().certificates().list()) {
        items.add(new VaultEntry.Item(aliasOf(item.id().name(), item.tags()), item.id().name(), VaultEntry.Kind.CERTIFICATE,
            item.x5t()));
      }
    } catch (VaultException.Forbidden e) {
      certificatesRefusal = e;
    } catch (VaultException.NotFound e) {
      // A Managed HSM has keys alone; whether this is one at all, the keys will tell.
      items.clear();
    }
    VaultException.Forbidden keysRefusal = null;
    List<VaultEntry.Item> keys = new ArrayList<>();
    try {
      for (KeyItem item : session.client().keys().list()) {
        if (!Boolean.TRUE.equals(item.managed())) {
          String name = item.kid().name();
          keys.add(new VaultEntry.Item(aliasOf(name, item.tags()), name, VaultEntry.Kind.KEY, null));
        }
      }
      items.addAll(keys);
    } catch (VaultException.Forbidden e) {
      keysRefusal = e;
    }
    return new Listing(items, filter, certificatesRefusal, keysRefusal);
  }

  private Optional<VaultEntry> load(String alias) {
    Optional<PinnedAlias> pinned = PinnedAlias.of(alias);
    if (pinned.isPresent()) {
      return load(pinned.get());
    }
    Listing known = listing.get();
    List<VaultEntry.Item> claiming = known.claiming(alias);
    if (claiming.size() > 1) {
      return Optional.of(VaultEntry.ambiguous(alias, claiming));
    }
    if (claiming.size() == 1) {
      VaultEntry.Item only = claiming.get(0);
      Optional<VaultEntry> rival = unlistedRival(alias, only, known);
      return rival.isPresent() ? Optional.of(VaultEntry.ambiguous(alias, List.of(rival.get().item(), only))) : load(only);
    }
    return ObjectId.isName(alias) && filter.shows(alias) ? unlisted(alias, known) : Optional.empty();
  }

  /** What has the alias for its name and is in no listing of this caller, who only sees the object whose tag claims it. */
  private Optional<VaultEntry> unlistedRival(String alias, VaultEntry.Item claiming, Listing known) {
    return ObjectId.isName(alias) && !Listing.folded(claiming.name()).equals(Listing.folded(alias))
        ? unlisted(alias, known).filter(entry -> entry.cause() == null) : Optional.empty();
  }

  /** What a caller can name and may not list. */
  private Optional<VaultEntry> unlisted(String name, Listing known) {
    Optional<VaultEntry> certificate =
        known.withCertificates() ? Optional.empty() : named(name, VaultEntry.Kind.CERTIFICATE);
    return known.withKeys() ? certificate : certificateOr(certificate, () -> named(name, VaultEntry.Kind.KEY));
  }

  private Optional<VaultEntry> load(PinnedAlias pinned) {
    String alias = pinned.name() + "/" + pinned.version();
    return certificateOr(
        load(new VaultEntry.Item(alias, pinned.name(), VaultEntry.Kind.CERTIFICATE, null), pinned.version()),
        () -> load(new VaultEntry.Item(alias, pinned.name(), VaultEntry.Kind.KEY, null), pinned.version()));
  }

  /** A certificate that is refused may still have a bare key in its place. */
  private static Optional<VaultEntry> certificateOr(Optional<VaultEntry> certificate,
      Supplier<Optional<VaultEntry>> bareKey) {
    if (certificate.isPresent() && certificate.get().cause() == null) {
      return certificate;
    }
    Optional<VaultEntry> key = bareKey.get();
    return certificate.isPresent() && (key.isEmpty() || key.get().cause() != null) ? certificate : key;
  }

  /** The object of this name, where its name is also its alias. */
  private Optional<VaultEntry> named(String name, VaultEntry.Kind kind) {
    return load(new VaultEntry.Item(name, name, kind, null)).filter(entry -> entry.cause() != null
        || Listing.folded(aliasOf(name, entry.tags())).equals(Listing.folded(name)));
  }

  private Optional<VaultEntry> load(VaultEntry.Item item) {
    return load(item, null);
  }

  /** @param version null for the latest */
  private Optional<VaultEntry> load(VaultEntry.Item item, String version) {
    try {
      if (item.kind() == VaultEntry.Kind.CERTIFICATE) {
        return Optional.of(entry(item, session.client().certificates().get(item.name(), version)));
      }
      KeyBundle bundle = session.client().keys().get(item.name(), version);
      return Boolean.TRUE.equals(bundle.managed()) ? Optional.empty() : Optional.of(entry(item, bundle));
    } catch (VaultException.NotFound e) {
      return Optional.empty();
    } catch (VaultException.Unauthenticated | VaultException.Throttled | VaultException.Timeout
        | VaultException.Interrupted e) {
      throw e;
    } catch (VaultException.Unavailable e) {
      // 500 is about this object, for instance one whose row was tampered with; anything else is about the vault.
      if (e.status() != INTERNAL_ERROR) {
        throw e;
      }
      return Optional.of(VaultEntry.refused(item, e));
    } catch (VaultException e) {
      // Forbidden, or nothing that we can read, such as a key of a kind that came later. JSSE asks for every entry.
      return Optional.of(VaultEntry.refused(item, e));
    }
  }

  private VaultEntry entry(VaultEntry.Item item, CertificateBundle bundle) {
    List<X509Certificate> chain = List.of();
    VaultPrivateKey key = null;
    String refusal = null;
    try {
      chain = X509.completed(X509.chain(bundle), session.issuers());
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
    if (TrustedCertificates.isCarrier(item.name())) {
      return trusted(item, bundle);
    }
    Key key = null;
    String refusal = null;
    try {
      if (bundle.key() == null || bundle.key().kty() == null) {
        throw new InvalidKeyException("the vault does not say what it is");
      }
      key = bundle.key().kty().family() == KeyType.Family.OCT ? session.secretKey(bundle)
          : session.privateKey(bundle.key().kid(), PublicKeys.of(bundle.key()));
    } catch (InvalidKeyException | InvalidKeySpecException e) {
      refusal = "the key " + item.name() + " cannot be used: " + e.getMessage();
    }
    return usable(new VaultEntry(item, List.of(), key, created(bundle.attributes()), tags(bundle), null, refusal, null),
        bundle.attributes());
  }

  /** The key is always disabled, and nobody's. */
  private static VaultEntry trusted(VaultEntry.Item item, KeyBundle bundle) {
    List<X509Certificate> certificate = List.of();
    String refusal = null;
    try {
      certificate = List.of(TrustedCertificates.read(item.name(), bundle.tags()));
    } catch (CertificateException e) {
      refusal = e.getMessage();
    }
    return new VaultEntry(item, certificate, null, created(bundle.attributes()), tags(bundle), null, refusal, null);
  }

  private static Map<String, String> tags(KeyBundle bundle) {
    return bundle.tags() == null ? Map.of() : bundle.tags();
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
    if (bundle.kid() == null) {
      throw new InvalidKeySpecException("the vault names no key of it");
    }
    return PublicKeys.of(session.client().keys().get(bundle.kid().name(), bundle.kid().version()).key());
  }

  private static Instant created(ObjectAttributes attributes) {
    return attributes == null ? null : attributes.created();
  }

  private static String aliasOf(String name, Map<String, String> tags) {
    String tag = tags == null ? null : tags.get(ALIAS_TAG);
    return tag == null || !isAlias(tag) ? name : tag;
  }

  /**
   * Whether an alias can be kept in a tag. What would move the cursor of a terminal, begin a line or show as something else
   * cannot: whoever may change tags would write what {@code keytool -list} prints.
   */
  static boolean isAlias(String text) {
    return !text.isBlank() && PinnedAlias.of(text).isEmpty() && text.codePoints().noneMatch(VaultCatalog::isFormatting);
  }

  private static boolean isFormatting(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE -> true;
      default -> false;
    };
  }
}
