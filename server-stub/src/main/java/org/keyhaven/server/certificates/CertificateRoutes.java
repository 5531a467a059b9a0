package org.keyhaven.server.certificates;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Clock;
import java.util.List;
import org.keyhaven.client.wire.Certificates.CertificateCreateParameters;
import org.keyhaven.client.wire.Certificates.CertificateImportParameters;
import org.keyhaven.client.wire.Certificates.CertificateMergeParameters;
import org.keyhaven.client.wire.Certificates.CertificatePolicy;
import org.keyhaven.client.wire.Certificates.CertificateUpdateParameters;
import org.keyhaven.client.wire.Page;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.access.Permission;
import org.keyhaven.server.http.Answer;
import org.keyhaven.server.http.Call;
import org.keyhaven.server.http.Handler;
import org.keyhaven.server.http.Method;
import org.keyhaven.server.http.Route;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Slice;
import org.keyhaven.server.vaults.VaultKind;

/** The routes of certificates and of their secrets (OpenAPI: Certificates, Secrets). A Managed HSM has none. */
public final class CertificateRoutes {
  private static final String ONE = "/certificates/{name}";
  private static final String VERSION = ONE + "/{version}";
  private static final String DELETED = "/deletedcertificates/{name}";
  private static final String SECRET = "/secrets/{name}";

  private final CertificateService service;
  private final CertificateSecrets secrets;

  public CertificateRoutes(Database database, Clock clock) {
    this.service = new CertificateService(database, clock);
    this.secrets = new CertificateSecrets(database);
  }

  public List<Route> routes() {
    return List.of(
        route(Method.GET, "/certificates", Permission.CERTIFICATES_LIST, this::list),
        route(Method.POST, ONE + "/create", Permission.CERTIFICATES_CREATE, this::create),
        route(Method.POST, ONE + "/import", Permission.CERTIFICATES_IMPORT, this::importCertificate),
        route(Method.GET, ONE + "/pending", Permission.CERTIFICATES_GET,
            call -> Answer.ok(service.pending(call.vault(), call.base(), call.name()))),
        route(Method.PATCH, ONE + "/pending", Permission.CERTIFICATES_UPDATE, this::updatePending),
        route(Method.DELETE, ONE + "/pending", Permission.CERTIFICATES_UPDATE,
            call -> Answer.ok(service.deletePending(call.vault(), call.base(), call.name()))),
        route(Method.POST, ONE + "/pending/merge", Permission.CERTIFICATES_CREATE, this::merge),
        route(Method.GET, ONE + "/policy", Permission.CERTIFICATES_GET,
            call -> Answer.ok(service.policy(call.vault(), call.base(), call.name()))),
        route(Method.PATCH, ONE + "/policy", Permission.CERTIFICATES_UPDATE, this::updatePolicy),
        route(Method.GET, ONE + "/versions", Permission.CERTIFICATES_LIST, this::listVersions),
        route(Method.GET, ONE, Permission.CERTIFICATES_GET, call -> get(call, null)),
        route(Method.GET, VERSION, Permission.CERTIFICATES_GET, call -> get(call, call.version())),
        route(Method.PATCH, ONE, Permission.CERTIFICATES_UPDATE, call -> update(call, null)),
        route(Method.PATCH, VERSION, Permission.CERTIFICATES_UPDATE, call -> update(call, call.version())),
        route(Method.DELETE, ONE, Permission.CERTIFICATES_DELETE,
            call -> Answer.ok(service.delete(call.vault(), call.base(), call.name()))),
        route(Method.GET, "/deletedcertificates", Permission.CERTIFICATES_LIST, this::listDeleted),
        route(Method.GET, DELETED, Permission.CERTIFICATES_GET,
            call -> Answer.ok(service.getDeleted(call.vault(), call.base(), call.name()))),
        route(Method.POST, DELETED + "/recover", Permission.CERTIFICATES_RECOVER,
            call -> Answer.ok(service.recover(call.vault(), call.base(), call.name()))),
        route(Method.DELETE, DELETED, Permission.CERTIFICATES_PURGE, this::purge),
        route(Method.GET, SECRET, Permission.SECRETS_GET, call -> getSecret(call, null)),
        route(Method.GET, SECRET + "/{version}", Permission.SECRETS_GET, call -> getSecret(call, call.version())));
  }

  /** {@code PATCH /certificates/NAME/pending}. */
  record OperationUpdateParameters(@JsonProperty("cancellation_requested") Boolean cancellationRequested) { }

  private static Route route(Method method, String path, Permission permission, Handler handler) {
    return Route.of(VaultKind.VAULT, method, path, permission, handler);
  }

  private Answer create(Call call) {
    String name = call.name();
    return Answer.of(202,
        service.create(call.vault(), call.base(), name, call.body(CertificateCreateParameters.class)));
  }

  private Answer importCertificate(Call call) {
    String name = call.name();
    return Answer.ok(
        service.importCertificate(call.vault(), call.base(), name, call.body(CertificateImportParameters.class)));
  }

  private Answer updatePending(Call call) {
    String name = call.name();
    if (!Boolean.TRUE.equals(call.body(OperationUpdateParameters.class).cancellationRequested())) {
      throw ApiError.badParameter("Property 'cancellation_requested' must be true; nothing else can be changed.");
    }
    return Answer.ok(service.cancel(call.vault(), call.base(), name));
  }

  private Answer merge(Call call) {
    String name = call.name();
    return Answer.of(201, service.merge(call.vault(), call.base(), name, call.body(CertificateMergeParameters.class)));
  }

  private Answer updatePolicy(Call call) {
    String name = call.name();
    return Answer.ok(service.updatePolicy(call.vault(), call.base(), name, call.body(CertificatePolicy.class)));
  }

  private Answer get(Call call, String version) {
    return Answer.ok(service.get(call.vault(), call.base(), call.name(), version));
  }

  private Answer getSecret(Call call, String version) {
    return Answer.ok(secrets.get(call.vault(), call.base(), call.principal(), call.name(), version,
        call.query("outContentType").orElse(null)));
  }

  private Answer update(Call call, String version) {
    String name = call.name();
    return Answer.ok(service.update(call.vault(), call.base(), name, version, call.body(CertificateUpdateParameters.class)));
  }

  private Answer purge(Call call) {
    service.purge(call.vault(), call.name());
    return Answer.noContent();
  }

  private Answer list(Call call) {
    return page(call, service.list(call.vault(), call.base(), includePending(call), call.after().orElse(null),
        call.maxResults()));
  }

  private Answer listVersions(Call call) {
    return page(call, service.listVersions(call.vault(), call.base(), call.name(), call.after().orElse(null),
        call.maxResults()));
  }

  private Answer listDeleted(Call call) {
    return page(call, service.listDeleted(call.vault(), call.base(), includePending(call), call.after().orElse(null),
        call.maxResults()));
  }

  private static boolean includePending(Call call) {
    return call.query("includePending").filter(Boolean::parseBoolean).isPresent();
  }

  private static <T> Answer page(Call call, Slice<T> slice) {
    return Answer.ok(new Page<>(slice.items(), call.nextLink(slice.last())));
  }
}
