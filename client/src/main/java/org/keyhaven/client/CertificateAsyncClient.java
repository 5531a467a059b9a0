package org.keyhaven.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.keyhaven.client.wire.Certificates.CertificateBundle;
import org.keyhaven.client.wire.Certificates.CertificateCreateParameters;
import org.keyhaven.client.wire.Certificates.CertificateImportParameters;
import org.keyhaven.client.wire.Certificates.CertificateItem;
import org.keyhaven.client.wire.Certificates.CertificateMergeParameters;
import org.keyhaven.client.wire.Certificates.CertificateOperation;
import org.keyhaven.client.wire.Certificates.CertificateUpdateParameters;

/**
 * The certificates of a vault (REST API: Certificates): {@link CertificateClient} for those who do not wait. Futures are as {@link
 * KeyhavenAsyncClient} describes. Thread-safe.
 */
public final class CertificateAsyncClient {
  private final AsyncTransport transport;
  private final VaultAddress address;
  private final CertificateRequests requests;

  CertificateAsyncClient(AsyncTransport transport, VaultAddress address) {
    this.transport = transport;
    this.address = address;
    this.requests = new CertificateRequests(address);
  }

  /** Starts making a certificate, or a new version of one. The answer is pending: see {@link #awaitCompletion}. */
  public CompletableFuture<CertificateOperation> create(String name, CertificateCreateParameters parameters) {
    return transport.call(requests.create(name, parameters));
  }

  /** Takes a certificate with its private key; a new version where there is one of this name. The caller wipes what he gave. */
  public CompletableFuture<CertificateBundle> importCertificate(String name, CertificateImportParameters parameters) {
    return transport.call(requests.importCertificate(name, parameters));
  }

  /** The operation under way, with its certificate request. */
  public CompletableFuture<CertificateOperation> pending(String name) {
    return transport.call(requests.pending(name));
  }

  /** Gives the operation under way up, so that another can be started; what it was. */
  public CompletableFuture<CertificateOperation> deletePending(String name) {
    return transport.call(requests.deletePending(name));
  }

  /** Ends an operation with issuer {@code Unknown}: gives the chain that was issued for its request. */
  public CompletableFuture<CertificateBundle> merge(String name, CertificateMergeParameters parameters) {
    return transport.call(requests.merge(name, parameters));
  }

  /** See {@link CertificateClient#awaitCompletion}. */
  public CompletableFuture<CertificateBundle> awaitCompletion(String name, Duration limit) {
    Request<CertificateOperation> pending = requests.pending(name);
    return Flight.of(flight -> completed(name, pending, limit, new Patience(limit), flight));
  }

  private CompletableFuture<CertificateBundle> completed(String name, Request<CertificateOperation> pending, Duration limit,
      Patience patience, Flight flight) {
    return flight.awaits(transport.reply(pending, patience.remaining())).thenCompose(reply -> {
      CertificateOperation operation = reply.value();
      if (CertificateOperation.COMPLETED.equals(operation.status())) {
        return flight.awaits(get(name));
      }
      if (!CertificateOperation.IN_PROGRESS.equals(operation.status())) {
        throw Failures.ended(name, operation);
      }
      Duration wait = patience.next(reply.retryAfter()).orElseThrow(() -> Failures.stillPending(name, operation, limit));
      return flight.awaits(transport.after(wait)).thenCompose(nothing -> completed(name, pending, limit, patience, flight));
    });
  }

  /** The latest version. */
  public CompletableFuture<CertificateBundle> get(String name) {
    return get(name, null);
  }

  /** One version; null for the latest. */
  public CompletableFuture<CertificateBundle> get(String name, String version) {
    return transport.call(requests.get(name, version));
  }

  /** The latest version of every certificate that is not deleted; those whose first version is pending are left out. */
  public AsyncPaged<CertificateItem> list() {
    return new AsyncPaged<>(transport, address, requests.list());
  }

  /** Every version of one certificate. */
  public AsyncPaged<CertificateItem> listVersions(String name) {
    return new AsyncPaged<>(transport, address, requests.listVersions(name));
  }

  /** Changes policy, attributes or tags; members that are null stay as they are. A null version is the latest. */
  public CompletableFuture<CertificateBundle> update(String name, String version, CertificateUpdateParameters parameters) {
    return transport.call(requests.update(name, version, parameters));
  }

  /** Deletes every version, with the key; whether that can be undone is the vault's to say. */
  public CompletableFuture<CertificateBundle> delete(String name) {
    return transport.call(requests.delete(name));
  }
}
