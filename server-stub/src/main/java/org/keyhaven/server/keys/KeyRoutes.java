package org.keyhaven.server.keys;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyReleasePolicy;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeySignParameters;
import org.keyhaven.client.wire.Keys.KeyVerifyParameters;
import org.keyhaven.client.wire.ObjectAttributes;
import org.keyhaven.client.wire.Page;
import org.keyhaven.server.access.Permission;
import org.keyhaven.server.http.Answer;
import org.keyhaven.server.http.Call;
import org.keyhaven.server.http.Method;
import org.keyhaven.server.http.Route;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Slice;

/** The routes of keys (OpenAPI: Keys). */
public final class KeyRoutes {
  private final KeyService service;
  private final KeyCryptography cryptography;

  /** @param clock tells whether a key's time has come, or is over */
  public KeyRoutes(Database database, Clock clock) {
    this.service = new KeyService(database, clock);
    this.cryptography = new KeyCryptography(database, clock);
  }

  public List<Route> routes() {
    return List.of(
        Route.of(Method.GET, "/keys", Permission.KEYS_LIST, this::list),
        Route.of(Method.POST, "/keys/{name}/create", Permission.KEYS_CREATE, this::create),
        Route.of(Method.GET, "/keys/{name}", Permission.KEYS_GET, call -> get(call, null)),
        Route.of(Method.GET, "/keys/{name}/versions", Permission.KEYS_LIST, this::listVersions),
        Route.of(Method.GET, "/keys/{name}/{version}", Permission.KEYS_GET, call -> get(call, call.version())),
        Route.of(Method.PATCH, "/keys/{name}", Permission.KEYS_UPDATE, call -> update(call, null)),
        Route.of(Method.PATCH, "/keys/{name}/{version}", Permission.KEYS_UPDATE, call -> update(call, call.version())),
        Route.of(Method.DELETE, "/keys/{name}", Permission.KEYS_DELETE, this::delete),
        Route.of(Method.GET, "/deletedkeys", Permission.KEYS_LIST, this::listDeleted),
        Route.of(Method.GET, "/deletedkeys/{name}", Permission.KEYS_GET, this::getDeleted),
        Route.of(Method.POST, "/deletedkeys/{name}/recover", Permission.KEYS_RECOVER, this::recover),
        Route.of(Method.DELETE, "/deletedkeys/{name}", Permission.KEYS_PURGE, this::purge),
        Route.of(Method.POST, "/keys/{name}/sign", Permission.KEYS_SIGN, call -> sign(call, null)),
        Route.of(Method.POST, "/keys/{name}/{version}/sign", Permission.KEYS_SIGN, call -> sign(call, call.version())),
        Route.of(Method.POST, "/keys/{name}/verify", Permission.KEYS_VERIFY, call -> verify(call, null)),
        Route.of(Method.POST, "/keys/{name}/{version}/verify", Permission.KEYS_VERIFY,
            call -> verify(call, call.version())));
  }

  /** {@code PATCH}; what is absent stays as it is. */
  record KeyUpdateParameters(@JsonProperty("key_ops") List<KeyOperation> keyOps,
      ObjectAttributes attributes, Map<String, String> tags,
      @JsonProperty("release_policy") KeyReleasePolicy releasePolicy) { }

  private Answer create(Call call) {
    String name = call.name();
    return Answer.ok(service.create(call.vault(), call.base(), name, call.body(KeyCreateParameters.class)));
  }

  private Answer get(Call call, String version) {
    return Answer.ok(service.get(call.vault(), call.base(), call.name(), version));
  }

  private Answer update(Call call, String version) {
    String name = call.name();
    KeyUpdateParameters parameters = call.body(KeyUpdateParameters.class);
    return Answer.ok(service.update(call.vault(), call.base(), name, version,
        new KeyService.Changes(parameters.keyOps(), parameters.attributes(), parameters.tags(),
            parameters.releasePolicy())));
  }

  private Answer delete(Call call) {
    return Answer.ok(service.delete(call.vault(), call.base(), call.name()));
  }

  private Answer getDeleted(Call call) {
    return Answer.ok(service.getDeleted(call.vault(), call.base(), call.name()));
  }

  private Answer recover(Call call) {
    return Answer.ok(service.recover(call.vault(), call.base(), call.name()));
  }

  private Answer purge(Call call) {
    service.purge(call.vault(), call.name());
    return Answer.noContent();
  }

  private Answer list(Call call) {
    return page(call, service.list(call.vault(), call.base(), call.after().orElse(null), call.maxResults()));
  }

  private Answer listVersions(Call call) {
    return page(call,
        service.listVersions(call.vault(), call.base(), call.name(), call.after().orElse(null), call.maxResults()));
  }

  private Answer listDeleted(Call call) {
    return page(call, service.listDeleted(call.vault(), call.base(), call.after().orElse(null), call.maxResults()));
  }

  private Answer sign(Call call, String version) {
    String name = call.name();
    return Answer.ok(cryptography.sign(call.vault(), call.base(), name, version, call.body(KeySignParameters.class)));
  }

  private Answer verify(Call call, String version) {
    String name = call.name();
    return Answer.ok(cryptography.verify(call.vault(), name, version, call.body(KeyVerifyParameters.class)));
  }

  private static <T> Answer page(Call call, Slice<T> slice) {
    return Answer.ok(new Page<>(slice.items(), call.nextLink(slice.last())));
  }
}
