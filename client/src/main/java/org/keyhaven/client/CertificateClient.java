package org.keyhaven.client;

import java.time.Duration;
import org.keyhaven.client.wire.Certificates.CertificateBundle;
import org.keyhaven.client.wire.Certificates.CertificateCreateParameters;
import org.keyhaven.client.wire.Certificates.CertificateImportParameters;
import org.keyhaven.client.wire.Certificates.CertificateItem;
import org.keyhaven.client.wire.Certificates.CertificateMergeParameters;
import org.keyhaven.client.wire.Certificates.CertificateOperation;
import org.keyhaven.client.wire.Certificates.CertificateUpdateParameters;

/** The certificates of a vault (REST API: Certificates). Thread-safe. Every method throws {@link VaultException}. */
public final class CertificateClient {
  private final Transport transport;
  private final CertificateRequests requests;

  CertificateClient(Transport transport) {
    this.transport = transport;
    this.requests = new CertificateRequests(transport.address());
  }

  /** Starts making a certificate, or a new version of one. The answer is pending: see {@link #awaitCompletion}. */
  public CertificateOperation create(String name, CertificateCreateParameters parameters) {
    return transport.call(requests.create(name, parameters));
  }

  /** Takes a certificate with its private key; a new version where there is one of this name. The caller wipes what he gave. */
  public CertificateBundle importCertificate(String name, CertificateImportParameters parameters) {
    return transport.call(requests.importCertificate(name, parameters));
  }

  /** The operation under way, with its certificate request. */
  public CertificateOperation pending(String name) {
    return transport.call(requests.pending(name));
  }

  /** Gives the operation under way up, so that another can be started; what it was. */
  public CertificateOperation deletePending(String name) {
    return transport.call(requests.deletePending(name));
  }

  /** Ends an operation with issuer {@code Unknown}: gives the chain that was issued for its request. */
  public CertificateBundle merge(String name, CertificateMergeParameters parameters) {
    return transport.call(requests.merge(name, parameters));
  }

  /**
   * Waits until the operation under way is completed, and gets the certificate it made.
   *
   * @param limit the longest wait, in all
   * @throws VaultException.Timeout when it is still in progress then; it goes on
   * @throws VaultException when it failed or was cancelled, with the issuer's reason
   */
  public CertificateBundle awaitCompletion(String name, Duration limit) {
    Patience patience = new Patience(limit);
    Request<CertificateOperation> pending = requests.pending(name);
    while (true) {
      Transport.Reply<CertificateOperation> reply = transport.reply(pending, patience.remaining());
      CertificateOperation operation = reply.value();
      if (CertificateOperation.COMPLETED.equals(operation.status())) {
        return get(name);
      }
      if (!CertificateOperation.IN_PROGRESS.equals(operation.status())) {
        throw Failures.ended(name, operation);
      }
      if (!patience.pause(reply.retryAfter(), "the certificate " + name)) {
        throw Failures.stillPending(name, operation, limit);
      }
    }
  }

  /** The latest version. */
  public CertificateBundle get(String name) {
    return get(name, null);
  }

  /** One version; null for the latest. */
  public CertificateBundle get(String name, String version) {
    return transport.call(requests.get(name, version));
  }

  /** The latest version of every certificate that is not deleted; those whose first version is pending are left out. */
  public Paged<CertificateItem> list() {
    return Paged.of(transport, requests.list());
  }

  /** Every version of one certificate. */
  public Paged<CertificateItem> listVersions(String name) {
    return Paged.of(transport, requests.listVersions(name));
  }

  /** Changes policy, attributes or tags; members that are null stay as they are. A null version is the latest. */
  public CertificateBundle update(String name, String version, CertificateUpdateParameters parameters) {
    return transport.call(requests.update(name, version, parameters));
  }

  /** Deletes every version, with the key; whether that can be undone is the vault's to say. */
  public CertificateBundle delete(String name) {
    return transport.call(requests.delete(name));
  }
}
