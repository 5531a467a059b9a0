package org.keyhaven.server.certificates;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.keyhaven.client.wire.Certificates.CertificateBundle;
import org.keyhaven.client.wire.Certificates.CertificateItem;
import org.keyhaven.client.wire.Certificates.CertificateOperation;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.client.wire.Certificates.IssuerParameters;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.StandardBase64;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Deletion;
import org.keyhaven.server.store.Found;
import org.keyhaven.server.store.StoredObject;
import org.keyhaven.server.store.StoredVersion;
import org.keyhaven.server.vaults.Vault;

/** Stored certificates as the API shows them. */
final class CertificateBodies {
  private static final String SECRETS = "secrets";

  private CertificateBodies() { }

  static CertificateBundle bundle(Vault vault, URI base, Found found) {
    StoredObject object = found.object();
    StoredVersion version = found.version();
    CertificateContent content = CertificateContent.read(object.content());
    CertificateContent.Version own = CertificateContent.Version.read(version.content());
    Chain chain = own.pending() ? null : Chain.stored(own.chain());
    List<StandardBase64> x5c = chain == null ? null : chain.encoded().stream().map(StandardBase64::new).toList();
    Deletion deletion = object.deletion();
    return new CertificateBundle(id(base, Collection.CERTIFICATES.wireName(), object.name(), version.version()),
        id(base, Collection.KEYS.wireName(), object.name(), version.version()),
        id(base, SECRETS, object.name(), version.version()),
        chain == null ? null : chain.thumbprint(), x5c == null ? null : x5c.get(0), x5c,
        chain == null ? null : content.policy().secretProps().contentType(), attributes(vault, version), tags(version),
        policy(base, object), recoveryId(base, object), deletion == null ? null : deletion.deleted(),
        deletion == null ? null : deletion.purge());
  }

  /** @param contentType what {@code value} is */
  static SecretBundle secret(Vault vault, URI base, Found found, String contentType, String value) {
    String name = found.object().name();
    StoredVersion version = found.version();
    return new SecretBundle(value, id(base, SECRETS, name, version.version()), contentType, attributes(vault, version),
        tags(version), id(base, Collection.KEYS.wireName(), name, version.version()), true);
  }

  /** @param version null for an identifier without one */
  static CertificateItem item(Vault vault, URI base, Found found, String version) {
    CertificateContent.Version own = CertificateContent.Version.read(found.version().content());
    Deletion deletion = found.object().deletion();
    return new CertificateItem(id(base, Collection.CERTIFICATES.wireName(), found.object().name(), version),
        own.pending() ? null : Chain.stored(own.chain()).thumbprint(), attributes(vault, found.version()),
        tags(found.version()), recoveryId(base, found.object()), deletion == null ? null : deletion.deleted(),
        deletion == null ? null : deletion.purge());
  }

  static CertificatePolicy policy(URI base, StoredObject object) {
    CertificateContent content = CertificateContent.read(object.content());
    CertificatePolicy policy = content.policy();
    return new CertificatePolicy(root(base, object.name()) + "/policy", policy.keyProps(), policy.secretProps(),
        policy.x509Props(), policy.lifetimeActions(), policy.issuer(),
        new ObjectAttributes(policy.attributes().enabled(), null, null, content.created(), content.updated(), null, null, null,
            null));
  }

  static CertificateOperation operation(URI base, String name, Pending pending) {
    boolean waiting = pending.inProgress() && pending.issuer().name().equals(IssuerParameters.UNKNOWN);
    return new CertificateOperation(root(base, name) + "/pending", pending.issuer(), new StandardBase64(pending.csr()),
        pending.cancellationRequested(),
        switch (pending.status()) {
          case IN_PROGRESS -> CertificateOperation.IN_PROGRESS;
          case COMPLETED -> CertificateOperation.COMPLETED;
          case CANCELLED -> "cancelled";
        },
        waiting ? "Have the request signed, and merge the certificate that was issued." : null, null,
        pending.status() == Pending.Status.COMPLETED ? root(base, name) : null, pending.requestId());
  }

  private static ObjectAttributes attributes(Vault vault, StoredVersion version) {
    return new ObjectAttributes(version.enabled(), version.notBefore(), version.expires(), version.created(),
        version.updated(), vault.softDelete().recoveryLevel(), vault.softDelete().retentionDays(), null, null);
  }

  private static Map<String, String> tags(StoredVersion version) {
    return version.tags().isEmpty() ? null : version.tags();
  }

  private static String recoveryId(URI base, StoredObject object) {
    return object.deletion() == null ? null
        : base + "/deleted" + Collection.CERTIFICATES.wireName() + "/" + object.name();
  }

  private static ObjectId id(URI base, String collection, String name, String version) {
    return new ObjectId(base, collection, name, version);
  }

  private static String root(URI base, String name) {
    return base + "/" + Collection.CERTIFICATES.wireName() + "/" + name;
  }
}
