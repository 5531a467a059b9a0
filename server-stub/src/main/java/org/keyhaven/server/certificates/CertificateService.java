package org.keyhaven.server.certificates;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.keyhaven.client.wire.Certificates.CertificateBundle;
import org.keyhaven.client.wire.Certificates.CertificateCreateParameters;
import org.keyhaven.client.wire.Certificates.CertificateImportParameters;
import org.keyhaven.client.wire.Certificates.CertificateItem;
import org.keyhaven.client.wire.Certificates.CertificateMergeParameters;
import org.keyhaven.client.wire.Certificates.CertificateOperation;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.client.wire.Certificates.CertificateUpdateParameters;
import org.keyhaven.client.wire.Certificates.IssuerParameters;
import org.keyhaven.client.wire.Certificates.KeyProperties;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.keys.Attributes;
import org.keyhaven.server.keys.KeyMaterial;
import org.keyhaven.server.keys.ManagedKeys;
import org.keyhaven.server.keys.ManagedKeys.KeyAttributes;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Deletion;
import org.keyhaven.server.store.Found;
import org.keyhaven.server.store.Slice;
import org.keyhaven.server.store.StoredVersion;
import org.keyhaven.server.store.VersionId;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.Vault;

/**
 * Certificates: making, merging, finding, changing, deleting them, each with its key in one transaction. What returned is on
 * the disk. Thread-safe.
 */
final class CertificateService {
  /** Names that are collections of their own below {@code /certificates}. */
  private static final Set<String> RESERVED = Set.of("issuers", "contacts");

  private final Database database;
  private final VersionedObjects certificates;
  private final ManagedKeys keys;
  private final CertificateMaker maker;
  private final Clock clock;

  CertificateService(Database database, Clock clock) {
    this.database = database;
    this.certificates = new VersionedObjects(database, Collection.CERTIFICATES);
    this.keys = new ManagedKeys(database);
    this.maker = new CertificateMaker(clock);
    this.clock = clock;
  }

  /** What an operation starts with; nothing of it is stored yet. */
  private record Draft(CertificatePolicy policy, Pending pending, KeyMaterial key) { }

  /** A version to be stored, with its key. */
  private record Issue(String version, boolean enabled, Map<String, String> tags, KeyMaterial key, boolean exportable) {
    static Issue of(Pending pending) {
      return new Issue(pending.version(), pending.enabled(), pending.tags(), pending.key().toMaterial(),
          pending.exportable());
    }
  }

  /**
   * Starts an operation. With issuer Self the certificate is made at once; the answer says {@code inProgress} all the same,
   * because shipping clients expect to poll.
   *
   * @throws ApiError 409 while an earlier operation is in progress
   */
  CertificateOperation create(Vault vault, URI base, String name, CertificateCreateParameters parameters) {
    Optional<Found> existing = requireFree(vault, name);
    // Key pairs and signatures take long: they are made before the transaction, which looks again.
    Draft draft = draft(vault, name, existing, parameters);
    byte[] certificate = draft.policy().issuer().name().equals(IssuerParameters.SELF)
        ? maker.selfSigned(X509Fields.of(draft.policy().x509Props()), draft.key().publicKey(), signer(vault, draft.key())) : null;
    return database.write(handle -> {
      Optional<Found> current = certificates.find(handle, vault.partition(), name);
      current.ifPresent(found -> requireIdle(name, found));
      Instant now = now();
      CertificateContent content = current.filter(found -> found.object().deletion() == null)
          .map(found -> CertificateContent.read(found.object().content()).withPolicy(draft.policy(), now))
          .orElseGet(() -> new CertificateContent(draft.policy(), now, now, null));
      if (certificate != null) {
        Pending done = draft.pending().ended(Pending.Status.COMPLETED);
        issue(handle, vault, name, content.withPending(done), Issue.of(draft.pending()), Chain.stored(List.of(certificate)));
      } else if (current.isEmpty()) {
        reserve(handle, vault, name, content, draft);
      } else {
        // Never reached for a deleted certificate: requireIdle refuses it.
        certificates.updateContent(handle, vault.partition(), current.get().object(),
            content.withPending(draft.pending()).write());
      }
      return CertificateBodies.operation(base, name, draft.pending());
    });
  }

  /**
   * Takes a certificate with its private key, as a new version where there is one of this name. What came is wiped.
   *
   * @throws ApiError 400 when it is no such pair, 409 while an operation is in progress
   */
  CertificateBundle importCertificate(Vault vault, URI base, String name, CertificateImportParameters parameters) {
    requireFree(vault, name);
    Map<String, String> tags = Attributes.valid(parameters.tags());
    // What strangers wrote is parsed and verified before the transaction, which looks again: one alone can write at a time.
    ImportedCertificate imported = ImportedCertificate.read(parameters);
    try {
      CertificatePolicy policy = Policies.imported(parameters.policy(), imported, name);
      String version = VersionId.random();
      boolean exportable = policy.keyProps().exportable();
      Issue issue = new Issue(version, enabled(parameters.attributes(), true), tags,
          keys.take(vault, name, version, policy.keyProps().kty(), imported.key(), exportable), exportable);
      return CertificateBodies.bundle(vault, base, database.write(handle -> {
        Optional<Found> current = certificates.find(handle, vault.partition(), name);
        current.ifPresent(found -> requireIdle(name, found));
        Instant now = now();
        CertificateContent content = current.map(found -> CertificateContent.read(found.object().content())
            .withPolicy(policy, now)).orElseGet(() -> new CertificateContent(policy, now, now, null));
        return issue(handle, vault, current.map(found -> found.object().name()).orElse(name), content, issue,
            imported.chain());
      }));
    } finally {
      imported.key().wipe();
    }
  }

  /** @throws ApiError 404 when there is no operation */
  CertificateOperation pending(Vault vault, URI base, String name) {
    Found found = certificates.get(vault.partition(), name, null);
    return CertificateBodies.operation(base, found.object().name(), operationOf(name, found));
  }

  /** @throws ApiError 409 when the operation is over */
  CertificateOperation cancel(Vault vault, URI base, String name) {
    return database.write(handle -> {
      Found found = certificates.get(handle, vault.partition(), name, null);
      Pending cancelled = requireInProgress(operationOf(name, found)).ended(Pending.Status.CANCELLED);
      CertificateContent content = CertificateContent.read(found.object().content()).withPending(cancelled);
      certificates.updateContent(handle, vault.partition(), found.object(), content.write());
      return CertificateBodies.operation(base, found.object().name(), cancelled);
    });
  }

  /** Forgets the operation; the answer is what it was. */
  CertificateOperation deletePending(Vault vault, URI base, String name) {
    return database.write(handle -> {
      Found found = certificates.get(handle, vault.partition(), name, null);
      Pending pending = operationOf(name, found);
      CertificateContent content = CertificateContent.read(found.object().content()).withPending(null);
      certificates.updateContent(handle, vault.partition(), found.object(), content.write());
      return CertificateBodies.operation(base, found.object().name(), pending);
    });
  }

  /** Ends an operation with what was issued for its request. */
  CertificateBundle merge(Vault vault, URI base, String name, CertificateMergeParameters parameters) {
    Map<String, String> tags = parameters.tags() == null ? null : Attributes.valid(parameters.tags());
    Pending begun = requireInProgress(operationOf(name, certificates.get(vault.partition(), name, null)));
    // What strangers wrote is parsed and verified before the transaction, which looks again: only one can write at a time.
    Chain chain = Chain.merged(parameters.x5c(), begun.key().publicKey());
    Found merged = database.write(handle -> {
      Found found = certificates.get(handle, vault.partition(), name, null);
      Pending pending = requireInProgress(operationOf(name, found));
      if (!pending.requestId().equals(begun.requestId())) {
        throw new ApiError(409, "Conflict", "The operation on the certificate " + name
            + " was replaced by another meanwhile: have its request signed.");
      }
      Pending asked = new Pending(pending.version(), pending.first(), pending.key(), pending.exportable(),
          enabled(parameters.attributes(), pending.enabled()), tags == null ? pending.tags() : tags, pending.issuer(),
          pending.csr(), pending.status(), pending.cancellationRequested(), pending.requestId());
      CertificateContent content =
          CertificateContent.read(found.object().content()).withPending(asked.ended(Pending.Status.COMPLETED));
      return issue(handle, vault, found.object().name(), content, Issue.of(asked), chain);
    });
    return CertificateBodies.bundle(vault, base, merged);
  }

  /** @param version null for the latest */
  CertificateBundle get(Vault vault, URI base, String name, String version) {
    return CertificateBodies.bundle(vault, base, certificates.get(vault.partition(), name, version));
  }

  CertificatePolicy policy(Vault vault, URI base, String name) {
    return CertificateBodies.policy(base, certificates.get(vault.partition(), name, null).object());
  }

  CertificatePolicy updatePolicy(Vault vault, URI base, String name, CertificatePolicy changes) {
    return database.write(handle -> {
      Found found = certificates.get(handle, vault.partition(), name, null);
      return CertificateBodies.policy(base,
          certificates.updateContent(handle, vault.partition(), found.object(), changed(found, changes).write()));
    });
  }

  /** Changes attributes, tags and policy; what is absent stays. @param version null for the latest */
  CertificateBundle update(Vault vault, URI base, String name, String version, CertificateUpdateParameters changes) {
    Map<String, String> tags = changes.tags() == null ? null : Attributes.valid(changes.tags());
    Found updated = database.write(handle -> {
      Found found = certificates.get(handle, vault.partition(), name, version);
      StoredVersion old = found.version();
      boolean enabled = enabled(changes.attributes(), old.enabled());
      if (enabled && CertificateContent.Version.read(old.content()).pending()) {
        throw new ApiError(409, "Conflict", "The certificate " + name + " is pending and cannot be enabled.");
      }
      StoredVersion changed = new StoredVersion(old.version(), enabled, old.notBefore(), old.expires(), old.created(), now(),
          tags == null ? old.tags() : tags, old.content());
      keys.update(handle, vault, found.object().name(), old.version(), attributes(changed));
      Found result = certificates.update(handle, vault.partition(), found.object(), changed);
      return changes.policy() == null ? result : new Found(
          certificates.updateContent(handle, vault.partition(), found.object(), changed(found, changes.policy()).write()),
          result.version());
    });
    return CertificateBodies.bundle(vault, base, updated);
  }

  CertificateBundle delete(Vault vault, URI base, String name) {
    Instant now = now();
    Deletion deletion = new Deletion(now, now.plus(Duration.ofDays(vault.softDelete().retentionDays())));
    Found deleted = database.write(handle -> {
      Found found = certificates.get(handle, vault.partition(), name, null);
      keys.delete(handle, vault, found.object().name(), deletion);
      return certificates.delete(handle, vault.partition(), name, deletion);
    });
    return CertificateBodies.bundle(vault, base, deleted);
  }

  CertificateBundle getDeleted(Vault vault, URI base, String name) {
    return CertificateBodies.bundle(vault, base, certificates.getDeleted(vault.partition(), name));
  }

  CertificateBundle recover(Vault vault, URI base, String name) {
    Found recovered = database.write(handle -> {
      Found found = certificates.recover(handle, vault.partition(), name);
      keys.recover(handle, vault, found.object().name());
      return found;
    });
    return CertificateBodies.bundle(vault, base, recovered);
  }

  void purge(Vault vault, String name) {
    vault.requirePurgeable();
    database.<Void>write(handle -> {
      certificates.purge(handle, vault.partition(), name);
      keys.purge(handle, vault, name);
      return null;
    });
  }

  /** @param includePending whether certificates whose first version is pending are listed too */
  Slice<CertificateItem> list(Vault vault, URI base, boolean includePending, String after, int limit) {
    Slice<Found> found = certificates.list(vault.partition(), after, limit);
    return new Slice<>(found.items().stream().filter(one -> includePending || !isPending(one))
        .map(one -> CertificateBodies.item(vault, base, one, null)).toList(), found.last());
  }

  Slice<CertificateItem> listVersions(Vault vault, URI base, String name, String after, int limit) {
    Slice<Found> found = certificates.listVersions(vault.partition(), name, after, limit);
    return new Slice<>(found.items().stream().filter(one -> !isPending(one))
        .map(one -> CertificateBodies.item(vault, base, one, one.version().version())).toList(), found.last());
  }

  Slice<CertificateItem> listDeleted(Vault vault, URI base, boolean includePending, String after, int limit) {
    Slice<Found> found = certificates.listDeleted(vault.partition(), after, limit);
    return new Slice<>(found.items().stream().filter(one -> includePending || !isPending(one))
        .map(one -> CertificateBodies.item(vault, base, one, null)).toList(), found.last());
  }

  private Draft draft(Vault vault, String name, Optional<Found> existing, CertificateCreateParameters parameters) {
    CertificatePolicy policy = parameters.policy() == null && existing.isPresent()
        ? CertificateContent.read(existing.get().object().content()).policy() : Policies.complete(parameters.policy());
    Map<String, String> tags = Attributes.valid(parameters.tags());
    String version = VersionId.random();
    KeyProperties properties = policy.keyProps();
    KeyMaterial key = properties.reuseKey() && existing.isPresent()
        ? reused(vault, existing.get(), properties)
        : keys.generate(vault, name, version, properties.kty(), properties.keySize(), properties.crv(),
            properties.exportable());
    byte[] csr = maker.request(X509Fields.of(policy.x509Props()), key.publicKey(), signer(vault, key));
    return new Draft(policy, new Pending(version, existing.isEmpty(), Pending.Key.of(key), properties.exportable(),
        enabled(parameters.attributes(), true), tags, policy.issuer(), csr, Pending.Status.IN_PROGRESS, false,
        VersionId.random()), key);
  }

  private KeyMaterial reused(Vault vault, Found existing, KeyProperties wanted) {
    requireEnabled(existing);
    KeyMaterial key = keys.reuse(vault, existing.object().name(), existing.version().version(),
        wanted.exportable());
    int bits = key.publicKey().crv() != null ? key.publicKey().crv().fieldBits()
        : key.publicKey().n().length * Byte.SIZE;
    if (key.kty() != wanted.kty() || key.publicKey().crv() != wanted.crv() || bits != wanted.keySize()) {
      throw ApiError.badParameter("Policy key_props.reuse_key is true, and the key of the certificate " + existing.object().name()
          + " is " + key.kty() + " " + bits + ": ask for the same, or for reuse_key false.");
    }
    return key;
  }

  /** A disabled key signs no request either. An expired one does: renewing its certificate is what ends that. */
  private static void requireEnabled(Found existing) {
    if (!existing.version().enabled()) {
      throw new ApiError(403, "Forbidden", "KeyDisabled", "Policy key_props.reuse_key is true, and the certificate "
          + existing.object().name() + " with its key is disabled. Enable it, or ask for reuse_key false.", null);
    }
  }

  /** The first version of a certificate exists from the start, disabled, so that its name is taken. */
  private void reserve(Handle handle, Vault vault, String name, CertificateContent content, Draft draft) {
    Instant now = now();
    StoredVersion version = new StoredVersion(draft.pending().version(), false, null, null, now, now, draft.pending().tags(),
        CertificateContent.Version.EMPTY.write());
    certificates.add(handle, vault.partition(), name, version, content.withPending(draft.pending()).write());
    keys.add(handle, vault, name, version.version(), draft.key(), draft.pending().exportable(), attributes(version));
  }

  private Found issue(Handle handle, Vault vault, String name, CertificateContent content, Issue issue, Chain chain) {
    Instant now = now();
    StoredVersion version = new StoredVersion(issue.version(), issue.enabled(), chain.leaf().getNotBefore().toInstant(),
        chain.leaf().getNotAfter().toInstant(), now, now, issue.tags(),
        new CertificateContent.Version(chain.encoded()).write());
    Optional<Found> reserved = certificates.find(handle, vault.partition(), name)
        .filter(found -> found.version().version().equals(issue.version()));
    if (reserved.isPresent()) {
      keys.update(handle, vault, name, version.version(), attributes(version));
      return new Found(certificates.updateContent(handle, vault.partition(), reserved.get().object(), content.write()),
          certificates.update(handle, vault.partition(), reserved.get().object(), version).version());
    }
    keys.add(handle, vault, name, version.version(), issue.key(), issue.exportable(), attributes(version));
    return certificates.add(handle, vault.partition(), name, version, content.write());
  }

  /** What is stored under the name. @throws ApiError 400 for a name of the API's own, 409 when it is not the time */
  private Optional<Found> requireFree(Vault vault, String name) {
    if (RESERVED.contains(name)) {
      throw ApiError.badParameter("The name " + name + " is reserved.");
    }
    Optional<Found> existing = database.read(handle -> certificates.find(handle, vault.partition(), name));
    existing.ifPresent(found -> requireIdle(name, found));
    return existing;
  }

  private CertificateContent changed(Found found, CertificatePolicy changes) {
    CertificateContent content = CertificateContent.read(found.object().content());
    return content.withPolicy(Policies.change(content.policy(), changes), now());
  }

  private VaultContentSigner signer(Vault vault, KeyMaterial key) {
    return new VaultContentSigner(keys, vault, key);
  }

  private static KeyAttributes attributes(StoredVersion version) {
    return new KeyAttributes(version.enabled(), version.notBefore(), version.expires(), version.updated(), version.tags());
  }

  private static boolean enabled(ObjectAttributes asked, boolean otherwise) {
    return asked == null || asked.enabled() == null ? otherwise : asked.enabled();
  }

  private static boolean isPending(Found found) {
    return CertificateContent.Version.read(found.version().content()).pending();
  }

  private static Pending operationOf(String name, Found found) {
    Pending pending = CertificateContent.read(found.object().content()).pending();
    if (pending == null) {
      throw new ApiError(404, "PendingCertificateNotFound", "There is no operation on the certificate " + name + ".");
    }
    return pending;
  }

  private static Pending requireInProgress(Pending pending) {
    if (!pending.inProgress()) {
      throw new ApiError(409, "Conflict", "The operation is over: it is " + pending.status().name().toLowerCase(Locale.ROOT)
          + ".");
    }
    return pending;
  }

  private static void requireIdle(String name, Found found) {
    if (found.object().deletion() != null) {
      throw new ApiError(409, "Conflict", "ObjectIsDeletedButRecoverable", "The certificate " + name
          + " is deleted but recoverable, so its name is taken: recover it, or purge it.", null);
    }
    Pending pending = CertificateContent.read(found.object().content()).pending();
    if (pending != null && pending.inProgress()) {
      throw new ApiError(409, "Conflict", "An operation on the certificate " + name
          + " is in progress: merge what was issued for its request, or delete the operation.");
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
