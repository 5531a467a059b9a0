package org.keyhaven.server.certificates;

import java.time.Instant;
import java.util.List;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.server.json.Json;

/**
 * What the database keeps with a certificate's name; the row's MAC covers it.
 *
 * @param policy complete, see {@link Policies}
 * @param created when the policy was first given
 * @param pending the last operation; null after it was deleted
 */
record CertificateContent(CertificatePolicy policy, Instant created, Instant updated, Pending pending) {

  static CertificateContent read(byte[] stored) {
    return Json.mapper().readValue(stored, CertificateContent.class);
  }

  byte[] write() {
    return Json.mapper().writeValueAsBytes(this);
  }

  CertificateContent withPolicy(CertificatePolicy newPolicy, Instant now) {
    return new CertificateContent(newPolicy, created, now, pending);
  }

  CertificateContent withPending(Pending newPending) {
    return new CertificateContent(policy, created, updated, newPending);
  }

  /**
   * What the database keeps of one version; the row's MAC covers it.
   *
   * @param chain DER, leaf first; empty while the first version is pending
   */
  record Version(List<byte[]> chain) {
    static final Version EMPTY = new Version(List.of());

    static Version read(byte[] stored) {
      return Json.mapper().readValue(stored, Version.class);
    }

    byte[] write() {
      return Json.mapper().writeValueAsBytes(this);
    }

    boolean pending() {
      return chain.isEmpty();
    }
  }
}
