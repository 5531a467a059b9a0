package org.keyhaven.server.certificates;

import java.net.URI;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import org.keyhaven.client.wire.Certificates.SecretProperties;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.access.Principal;
import org.keyhaven.server.keys.ManagedKeys;
import org.keyhaven.server.store.Collection;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Found;
import org.keyhaven.server.store.VersionedObjects;
import org.keyhaven.server.vaults.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets of certificates: of the same name and version, with the chain, and the private key where it is exportable.
 * They are made anew for each request, of what is stored of certificate and key. Thread-safe.
 */
final class CertificateSecrets {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateSecrets.class);
  private static final Set<String> CONTENT_TYPES = Set.of(SecretProperties.PKCS12, SecretProperties.PEM);

  private final VersionedObjects certificates;
  private final ManagedKeys keys;

  CertificateSecrets(Database database) {
    this.certificates = new VersionedObjects(database, Collection.CERTIFICATES);
    this.keys = new ManagedKeys(database);
  }

  /**
   * A secret, also one before or after its certificate's time ("About Azure Key Vault secrets", date-time controlled
   * operations).
   *
   * @param caller whom the log names where the secret has a private key
   * @param version null for the latest
   * @param asked the content type that is wanted; null for the policy's
   * @throws ApiError 404 when there is no such certificate, or it is pending; 403 when it is disabled; 400 for a content
   *     type that it cannot be had in
   */
  SecretBundle get(Vault vault, URI base, Principal caller, String name, String version, String asked) {
    Found found = find(vault, name, version);
    CertificateContent.Version own = CertificateContent.Version.read(found.version().content());
    if (own.pending()) {
      throw notFound(name, version, null);
    }
    if (!found.version().enabled()) {
      throw new ApiError(403, "Forbidden", "SecretDisabled", "Operation get is not allowed on a disabled secret.", null);
    }
    String contentType = contentType(CertificateContent.read(found.object().content()).policy().secretProps().contentType(),
        asked);
    return CertificateBodies.secret(vault, base, found, contentType,
        value(vault, caller, found, Chain.stored(own.chain()), contentType));
  }

  private Found find(Vault vault, String name, String version) {
    try {
      return certificates.get(vault.partition(), name, version);
    } catch (ApiError e) {
      throw e.status() == 404 ? notFound(name, version, e) : e;
    }
  }

  /** Of two, PKCS#12 can be had as PEM, and not the other way round: as in the service. */
  private static String contentType(String stored, String asked) {
    if (asked == null || asked.equals(stored)) {
      return stored;
    }
    if (!CONTENT_TYPES.contains(asked)) {
      throw ApiError.badParameter("The query parameter outContentType must be one of " + CONTENT_TYPES + ".");
    }
    if (!asked.equals(SecretProperties.PEM)) {
      throw ApiError.badParameter("The query parameter outContentType is " + asked + ", and the certificate's secret is "
          + stored + ": only the other way round can it be converted.");
    }
    return asked;
  }

  private String value(Vault vault, Principal caller, Found found, Chain chain, String contentType) {
    String name = found.object().name();
    String version = found.version().version();
    byte[] key = keys.reveal(vault, name, version).orElse(null);
    try {
      String value = contentType.equals(SecretProperties.PEM) ? SecretValue.pem(key, chain)
          : Base64.getEncoder().encodeToString(SecretValue.pkcs12(key, chain));
      if (key != null) {
        LOG.info("{}: the private key of certificate {} version {} is given out with its secret to appid={};oid={}", vault, name,
            version, caller.applicationId(), caller.objectId());
      }
      return value;
    } finally {
      if (key != null) {
        Arrays.fill(key, (byte) 0);
      }
    }
  }

  private static ApiError notFound(String name, String version, Exception cause) {
    return new ApiError(404, "SecretNotFound", null, "A secret with (name/id) "
        + (version == null ? name : name + "/" + version)
        + " was not found in this key vault: there is no such certificate, it was deleted, or it is pending.", cause);
  }
}
