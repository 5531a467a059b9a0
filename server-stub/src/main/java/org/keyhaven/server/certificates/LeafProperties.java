package org.keyhaven.server.certificates;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.keyhaven.client.wire.Certificates.SubjectAlternativeNames;
import org.keyhaven.client.wire.Certificates.X509Properties;
import org.keyhaven.server.ApiError;

/** What the policy of an imported certificate says of it, so that the next version is made alike. */
final class LeafProperties {
  private static final String[] USAGES = {"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment",
      "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"};
  private static final int MOST_MONTHS = 1200;

  private LeafProperties() { }

  /** What a policy cannot say of the certificate is left out: nobody but its next version depends on it. */
  static X509Properties of(X509Certificate leaf, String name) {
    X509Properties plain = new X509Properties("CN=" + name, List.of(), null, usages(leaf), months(leaf));
    try {
      X509Properties full = new X509Properties(leaf.getSubjectX500Principal().getName(),
          leaf.getExtendedKeyUsage() == null ? List.of() : leaf.getExtendedKeyUsage(), alternatives(leaf), usages(leaf),
          months(leaf));
      return sayable(full) ? full : plain;
    } catch (CertificateParsingException e) {
      // An extension that nobody can read does not make the certificate useless.
      return plain;
    }
  }

  private static boolean sayable(X509Properties properties) {
    try {
      X509Fields.of(properties);
      return true;
    } catch (ApiError e) {
      // The rules of policies are stricter than those of X.509.
      return false;
    }
  }

  private static SubjectAlternativeNames alternatives(X509Certificate leaf) throws CertificateParsingException {
    Collection<List<?>> names = leaf.getSubjectAlternativeNames();
    return names == null ? null : new SubjectAlternativeNames(of(names, GeneralName.rfc822Name),
        of(names, GeneralName.dNSName), null, of(names, GeneralName.uniformResourceIdentifier), of(names, GeneralName.iPAddress));
  }

  /** Null when there is none. */
  private static List<String> of(Collection<List<?>> names, int type) {
    List<String> found = names.stream().filter(name -> name.get(0).equals(type)).map(name -> (String) name.get(1)).toList();
    return found.isEmpty() ? null : found;
  }

  private static List<String> usages(X509Certificate leaf) {
    boolean[] bits = leaf.getKeyUsage();
    List<String> usages = new ArrayList<>();
    for (int i = 0; bits != null && i < Math.min(bits.length, USAGES.length); i++) {
      if (bits[i]) {
        usages.add(USAGES[i]);
      }
    }
    return usages;
  }

  private static int months(X509Certificate leaf) {
    long months = ChronoUnit.MONTHS.between(leaf.getNotBefore().toInstant().atZone(ZoneOffset.UTC),
        leaf.getNotAfter().toInstant().atZone(ZoneOffset.UTC));
    return (int) Math.max(1, Math.min(months, MOST_MONTHS));
  }
}
