package org.keyhaven.provider;

import java.security.KeyStoreException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.client.wire.ObjectAttributes;

/**
 * Certificates of others, which the service has no object for: each is carried in the tags of a disabled key, whose name has
 * the certificate's hash (docs/adr/0006-trusted-certificates-in-tags.md). A name never changes, so that whoever may change
 * tags makes neither another certificate of it nor a trusted certificate of another key.
 */
final class TrustedCertificates {
  private static final String PREFIX = "keyhaven-trusted-";
  /** SHA-256 of the certificate, and what tells two objects of the same certificate apart. */
  private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9a-f]{64})-[0-9a-f]{16}");
  private static final String TAG = "keyhaven-certificate-";
  /** The service takes 15 tags of 256 characters; one is the alias, one is left to whoever keeps order in the vault. */
  private static final int MOST_TAGS = 13;
  private static final int TAG_LENGTH = 256;
  private static final int MOST_BYTES = MOST_TAGS * TAG_LENGTH / 4 * 3;

  private final VaultSession session;

  TrustedCertificates(VaultSession session) {
    this.session = session;
  }

  /** Whether a key of this name is there for a trusted certificate. */
  static boolean isCarrier(String name) {
    return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()) && carried(name).matches();
  }

  /** Whether the key of this name carries this certificate. */
  static boolean isCarrier(String name, X509Certificate certificate) throws CertificateEncodingException {
    Matcher carried = carried(name);
    return carried.matches() && carried.group(1).equals(hash(certificate.getEncoded()));
  }

  /**
   * The certificate that a key carries.
   *
   * @throws CertificateException when its tags do not hold the certificate that its name says
   */
  static X509Certificate read(String name, Map<String, String> tags) throws CertificateException {
    StringBuilder text = new StringBuilder();
    for (int i = 1; tags != null && tags.containsKey(tag(i)); i++) {
      text.append(tags.get(tag(i)));
    }
    Matcher carried = carried(name);
    try {
      byte[] der = Base64.getUrlDecoder().decode(text.toString());
      if (carried.matches() && carried.group(1).equals(hash(der))) {
        return X509.decode(der);
      }
    } catch (IllegalArgumentException e) {
      throw new CertificateException("the tags of " + name + " were changed: they hold no certificate", e);
    }
    throw new CertificateException("the tags of " + name
        + " were changed: they do not hold the certificate that its name says");
  }

  /**
   * Keeps a certificate as trusted, in place of the one that the alias stood for. At no time is the alias ambiguous.
   *
   * @throws KeyStoreException with the reason
   */
  void store(String alias, Certificate certificate) throws KeyStoreException {
    byte[] der = encoded(certificate);
    session.catalog().invalidate();
    try {
      Optional<VaultEntry> taken = session.catalog().find(alias);
      if (taken.isPresent()) {
        taken.get().requireKnown();
        if (!taken.get().isTrusted()) {
          throw new KeyStoreException("the alias " + alias + " belongs to " + taken.get().item()
              + ", which is no trusted certificate; delete that entry first");
        }
        if (taken.get().chain().get(0).equals(certificate)) {
          return;
        }
      }
      String name = PREFIX + hash(der) + "-" + HexFormat.of().toHexDigits(new SecureRandom().nextLong());
      Map<String, String> tags = tags(der);
      Map<String, String> aliased = new HashMap<>(tags);
      aliased.put(VaultCatalog.ALIAS_TAG, alias);
      session.client().keys().create(name, KeyCreateParameters.ec(KeyCurve.P_256).withKeyOps(KeyOperation.VERIFY)
          .withAttributes(ObjectAttributes.of(false, null, null)).withTags(taken.isPresent() ? tags : aliased));
      if (taken.isPresent()) {
        session.client().keys().delete(taken.get().item().name());
        session.client().keys().update(name, null, KeyUpdateParameters.none().withTags(aliased));
      }
    } catch (VaultException e) {
      throw new KeyStoreException("the certificate was not stored as " + alias + ": " + e.getMessage(), e);
    } finally {
      session.catalog().invalidate();
    }
  }

  private static byte[] encoded(Certificate certificate) throws KeyStoreException {
    if (!(certificate instanceof X509Certificate)) {
      throw new KeyStoreException("not an X.509 certificate: " + (certificate == null ? "null" : certificate.getType()));
    }
    byte[] der;
    try {
      der = certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new KeyStoreException("the certificate cannot be encoded: " + e.getMessage(), e);
    }
    if (der.length > MOST_BYTES) {
      throw new KeyStoreException("the certificate has " + der.length + " bytes, and the tags of a key in a vault hold "
          + MOST_BYTES + ": use another key store for it");
    }
    return der;
  }

  private static Map<String, String> tags(byte[] der) {
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(der);
    Map<String, String> tags = new HashMap<>();
    for (int start = 0; start < text.length(); start += TAG_LENGTH) {
      tags.put(tag(1 + start / TAG_LENGTH), text.substring(start, Math.min(text.length(), start + TAG_LENGTH)));
    }
    return tags;
  }

  private static String tag(int number) {
    return TAG + number;
  }

  private static Matcher carried(String name) {
    return NAME.matcher(name.toLowerCase(Locale.ROOT));
  }

  private static String hash(byte[] der) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
    } catch (NoSuchAlgorithmException e) {
      throw new ProviderException("this Java runtime has no SHA-256", e);
    }
  }
}
