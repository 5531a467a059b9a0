package org.keyhaven.client;

import java.util.Objects;
import org.keyhaven.client.wire.Certificates.CertificateBundle;
import org.keyhaven.client.wire.Certificates.CertificateCreateParameters;
import org.keyhaven.client.wire.Certificates.CertificateImportParameters;
import org.keyhaven.client.wire.Certificates.CertificateItem;
import org.keyhaven.client.wire.Certificates.CertificateMergeParameters;
import org.keyhaven.client.wire.Certificates.CertificateOperation;
import org.keyhaven.client.wire.Certificates.CertificateUpdateParameters;
import org.keyhaven.client.wire.Page;

/** The calls of {@code /certificates} (REST API: Certificates). A null version is the latest. */
record CertificateRequests(VaultAddress address) {
  private static final Reading<CertificateBundle> BUNDLE = Reading.of(CertificateBundle.class);
  private static final Reading<CertificateOperation> OPERATION = Reading.of(CertificateOperation.class);
  private static final Reading<Page<CertificateItem>> PAGE = Reading.page(CertificateItem.class);

  Request<CertificateOperation> create(String name, CertificateCreateParameters parameters) {
    return request(Operation.CERTIFICATE_CREATE, certificate(name) + "/create", required(parameters), OPERATION);
  }

  Request<CertificateBundle> importCertificate(String name, CertificateImportParameters parameters) {
    return request(Operation.CERTIFICATE_IMPORT, certificate(name) + "/import", required(parameters), BUNDLE);
  }

  Request<CertificateOperation> pending(String name) {
    return request(Operation.CERTIFICATE_PENDING, certificate(name) + "/pending", null, OPERATION);
  }

  Request<CertificateOperation> deletePending(String name) {
    return request(Operation.CERTIFICATE_PENDING_DELETE, certificate(name) + "/pending", null, OPERATION);
  }

  Request<CertificateBundle> merge(String name, CertificateMergeParameters parameters) {
    return request(Operation.CERTIFICATE_MERGE, certificate(name) + "/pending/merge", required(parameters), BUNDLE);
  }

  Request<CertificateBundle> get(String name, String version) {
    return request(Operation.CERTIFICATE_GET, VaultAddress.path("certificates", name, version), null, BUNDLE);
  }

  Request<Page<CertificateItem>> list() {
    return request(Operation.CERTIFICATE_LIST, "/certificates", null, PAGE);
  }

  Request<Page<CertificateItem>> listVersions(String name) {
    return request(Operation.CERTIFICATE_LIST, certificate(name) + "/versions", null, PAGE);
  }

  Request<CertificateBundle> update(String name, String version, CertificateUpdateParameters parameters) {
    return request(Operation.CERTIFICATE_UPDATE, VaultAddress.path("certificates", name, version), required(parameters),
        BUNDLE);
  }

  Request<CertificateBundle> delete(String name) {
    return request(Operation.CERTIFICATE_DELETE, certificate(name), null, BUNDLE);
  }

  private <T> Request<T> request(Operation operation, String path, Object body, Reading<T> reading) {
    return new Request<>(operation, address.of(path), body, reading);
  }

  private static String certificate(String name) {
    return VaultAddress.path("certificates", name);
  }

  private static Object required(Object parameters) {
    return Objects.requireNonNull(parameters, "parameters");
  }
}
