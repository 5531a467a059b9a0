package org.keyhaven.provider;

import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.Certificates.CertificateBundle;
import org.keyhaven.client.wire.Certificates.CertificateCreateParameters;
import org.keyhaven.client.wire.Certificates.CertificateMergeParameters;
import org.keyhaven.client.wire.Certificates.CertificateOperation;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.client.wire.Certificates.IssuerParameters;
import org.keyhaven.client.wire.Certificates.KeyProperties;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.client.wire.StandardBase64;

/**
 * Gives an alias and a chain to a key that is in the vault already (docs/adr/0002-alias-in-a-tag.md): a new version of its
 * certificate, which reuses the key, is opened with issuer Unknown, and the chain is merged into it.
 */
final class KeyAttachment {
  private final VaultSession session;

  KeyAttachment(VaultSession session) {
    this.session = session;
  }

  /** @throws KeyStoreException with the reason, before anything changed where that can be known */
  void attach(String alias, VaultPrivateKey key, Certificate[] chain) throws KeyStoreException {
    requireOwn(key.id());
    String name = key.id().name();
    List<StandardBase64> encoded = encoded(key, chain);
    session.catalog().invalidate();
    try {
      refuseTaken(alias, name);
      CertificateBundle current = currentCertificate(name);
      refuseOtherKey(key, current);
      boolean opened = open(name, current);
      merge(name, new CertificateMergeParameters(encoded, null, tags(alias, name, current.tags())), opened);
    } catch (VaultException e) {
      throw new KeyStoreException("the chain was not stored as " + alias + ": " + e.getMessage(), e);
    } finally {
      session.catalog().invalidate();
    }
  }

  /**
   * Gives an alias to a symmetric key.
   *
   * @throws KeyStoreException with the reason
   */
  void name(String alias, VaultSecretKey key) throws KeyStoreException {
    requireOwn(key.id());
    String name = key.id().name();
    session.catalog().invalidate();
    try {
      refuseTaken(alias, name);
      session.client().keys().update(name, null, KeyUpdateParameters.none()
          .withTags(tags(alias, name, session.client().keys().get(name).tags())));
    } catch (VaultException e) {
      throw new KeyStoreException("the key was not stored as " + alias + ": " + e.getMessage(), e);
    } finally {
      session.catalog().invalidate();
    }
  }

  private void requireOwn(ObjectId id) throws KeyStoreException {
    if (!id.vault().equals(session.vault())) {
      throw new KeyStoreException("the key " + id + " is in another vault than " + session.vault());
    }
  }

  private static List<StandardBase64> encoded(VaultPrivateKey key, Certificate[] chain) throws KeyStoreException {
    if (chain == null || chain.length == 0) {
      throw new KeyStoreException("a private key needs a certificate chain");
    }
    List<StandardBase64> encoded = new ArrayList<>(chain.length);
    for (Certificate certificate : chain) {
      if (!(certificate instanceof X509Certificate)) {
        throw new KeyStoreException("not an X.509 certificate: " + certificate.getType());
      }
      try {
        encoded.add(new StandardBase64(certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new KeyStoreException("a certificate of the chain cannot be encoded: " + e.getMessage(), e);
      }
    }
    if (!Arrays.equals(chain[0].getPublicKey().getEncoded(), key.publicKey().getEncoded())) {
      throw new KeyStoreException("the first certificate of the chain is not for the key " + key.id());
    }
    return encoded;
  }

  /** Replacing an entry would delete the key under it; that is asked for by name, with deleteEntry. */
  private void refuseTaken(String alias, String name) throws KeyStoreException {
    Optional<VaultEntry> taken = session.catalog().find(alias);
    if (taken.isPresent()) {
      taken.get().requireKnown();
      if (!taken.get().item().name().equalsIgnoreCase(name)) {
        throw new KeyStoreException("the alias " + alias + " belongs to " + taken.get().item().name()
            + ", another key; delete that entry first");
      }
    }
  }

  private CertificateBundle currentCertificate(String name) throws KeyStoreException {
    try {
      return session.client().certificates().get(name);
    } catch (VaultException.NotFound e) {
      throw new KeyStoreException("the key " + name + " is a bare key, and the service attaches no certificate to one;"
          + " generate it without a VaultKeyGenParameterSpec", e);
    }
  }

  private static void refuseOtherKey(VaultPrivateKey key, CertificateBundle current) throws KeyStoreException {
    if (current.kid() != null && key.id().version() != null && key.id().version().equals(current.kid().version())) {
      return;
    }
    // A later version usually has the same key under another version; only the public half tells.
    try {
      List<X509Certificate> latest = X509.chain(current);
      if (!latest.isEmpty()
          && Arrays.equals(latest.get(0).getPublicKey().getEncoded(), key.publicKey().getEncoded())) {
        return;
      }
    } catch (CertificateException e) {
      throw new KeyStoreException("the certificate " + current.id() + " cannot be read: " + e.getMessage(), e);
    }
    throw new KeyStoreException("the latest version of " + current.id().name() + " has another key than " + key.id());
  }

  /** Opens the new version, or finds the one that an earlier attempt left open. True when it was opened by this call. */
  private boolean open(String name, CertificateBundle current) {
    try {
      session.client().certificates().create(name, new CertificateCreateParameters(policy(current), null, null, null));
      return true;
    } catch (VaultException.Conflict e) {
      CertificateOperation pending = session.client().certificates().pending(name);
      boolean open = pending.issuer() != null && IssuerParameters.UNKNOWN.equals(pending.issuer().name())
          && CertificateOperation.IN_PROGRESS.equals(pending.status());
      if (!open) {
        throw e;
      }
      return false;
    }
  }

  /** What was opened by this call and refused is given up; what became of it otherwise is for the next attempt to find. */
  private void merge(String name, CertificateMergeParameters chain, boolean opened) {
    try {
      session.client().certificates().merge(name, chain);
    } catch (VaultException e) {
      if (opened && e.status() >= 400 && e.status() < 500) {
        giveUp(name, e);
      }
      throw e;
    }
  }

  private void giveUp(String name, VaultException refusal) {
    try {
      session.client().certificates().deletePending(name);
    } catch (VaultException e) {
      refusal.addSuppressed(e);
    }
  }

  private static CertificatePolicy policy(CertificateBundle current) {
    CertificatePolicy policy = current.policy();
    KeyProperties key = policy.keyProps();
    return new CertificatePolicy(null, new KeyProperties(key.exportable(), key.kty(), key.keySize(), true, key.crv()),
        policy.secretProps(), policy.x509Props(), null, new IssuerParameters(IssuerParameters.UNKNOWN, null, null), null);
  }

  private static Map<String, String> tags(String alias, String name, Map<String, String> current) {
    Map<String, String> tags = current == null ? new HashMap<>() : new HashMap<>(current);
    if (alias.equalsIgnoreCase(name)) {
      tags.remove(VaultCatalog.ALIAS_TAG);
    } else {
      tags.put(VaultCatalog.ALIAS_TAG, alias);
    }
    return tags;
  }
}
