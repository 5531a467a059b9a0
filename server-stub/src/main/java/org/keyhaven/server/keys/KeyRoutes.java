package org.keyhaven.server.keys;

import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.Keys.GetRandomBytesRequest;
import org.keyhaven.client.wire.Keys.KeyBackup;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyImportParameters;
import org.keyhaven.client.wire.Keys.KeyOperationParameters;
import org.keyhaven.client.wire.Keys.KeySignParameters;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.client.wire.Keys.KeyVerifyParameters;
import org.keyhaven.client.wire.Page;
import org.keyhaven.server.access.Permission;
import org.keyhaven.server.http.Answer;
import org.keyhaven.server.http.Call;
import org.keyhaven.server.http.Method;
import org.keyhaven.server.http.Route;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Slice;
import org.keyhaven.server.vaults.VaultKind;

/** The routes of keys (OpenAPI: Keys). */
public final class KeyRoutes {
  private final KeyService service;
  private final KeyCryptography cryptography;
  private final KeyBackups backups;

  /** @param clock tells whether a key's time has come, or is over */
  public KeyRoutes(Database database, Clock clock) {
    this.service = new KeyService(database, clock);
    this.cryptography = new KeyCryptography(new KeyAccess(database, clock));
    this.backups = new KeyBackups(database);
  }

  public List<Route> routes() {
    return Stream.concat(Stream.of(
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
        Route.of(Method.PUT, "/keys/{name}", Permission.KEYS_IMPORT, this::importKey),
        Route.of(Method.POST, "/keys/{name}/backup", Permission.KEYS_BACKUP, this::backUp),
        Route.of(Method.POST, "/keys/restore", Permission.KEYS_RESTORE, this::restore),
        Route.of(VaultKind.MANAGED_HSM, Method.POST, "/rng", Permission.RANDOM_BYTES, this::randomBytes)),
        operations()).toList();
  }

  /** Each for a version and for the latest. */
  private Stream<Route> operations() {
    return Stream.of(
        operation("sign", Permission.KEYS_SIGN, this::sign),
        operation("verify", Permission.KEYS_VERIFY, this::verify),
        operation("encrypt", Permission.KEYS_ENCRYPT, encrypt(KeyOperation.ENCRYPT)),
        operation("decrypt", Permission.KEYS_DECRYPT, decrypt(KeyOperation.DECRYPT)),
        operation("wrapkey", Permission.KEYS_WRAP_KEY, encrypt(KeyOperation.WRAP_KEY)),
        operation("unwrapkey", Permission.KEYS_UNWRAP_KEY, decrypt(KeyOperation.UNWRAP_KEY))).flatMap(List::stream);
  }

  private Answer create(Call call) {
    String name = call.name();
    return Answer.ok(service.create(call.vault(), call.base(), name, call.body(KeyCreateParameters.class)));
  }

  private Answer get(Call call, String version) {
    return Answer.ok(service.get(call.vault(), call.base(), call.name(), version));
  }

  private Answer update(Call call, String version) {
    String name = call.name();
    return Answer.ok(service.update(call.vault(), call.base(), name, version, call.body(KeyUpdateParameters.class)));
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

  private Answer importKey(Call call) {
    String name = call.name();
    return Answer.ok(service.importKey(call.vault(), call.base(), name, call.body(KeyImportParameters.class)));
  }

  private Answer backUp(Call call) {
    return Answer.ok(backups.backUp(call.vault(), call.name()));
  }

  private Answer restore(Call call) {
    return Answer.ok(backups.restore(call.vault(), call.base(), call.body(KeyBackup.class)));
  }

  private Answer randomBytes(Call call) {
    return Answer.ok(RandomBytesSource.get(call.vault(), call.body(GetRandomBytesRequest.class)));
  }

  private Answer sign(Call call, String version) {
    String name = call.name();
    return Answer.ok(cryptography.sign(call.vault(), call.base(), name, version, call.body(KeySignParameters.class)));
  }

  private Answer verify(Call call, String version) {
    String name = call.name();
    return Answer.ok(cryptography.verify(call.vault(), name, version, call.body(KeyVerifyParameters.class)));
  }

  private Operation encrypt(KeyOperation operation) {
    return (call, version) -> {
      String name = call.name();
      return Answer.ok(cryptography.encrypt(call.vault(), call.base(), name, version, operation,
          call.body(KeyOperationParameters.class)));
    };
  }

  private Operation decrypt(KeyOperation operation) {
    return (call, version) -> {
      String name = call.name();
      return Answer.ok(cryptography.decrypt(call.vault(), call.base(), name, version, operation,
          call.body(KeyOperationParameters.class)));
    };
  }

  /** What is done with a version of a key; null for the latest. */
  private interface Operation {
    Answer run(Call call, String version);
  }

  private static List<Route> operation(String action, Permission permission, Operation operation) {
    return List.of(
        Route.of(Method.POST, "/keys/{name}/" + action, permission, call -> operation.run(call, null)),
        Route.of(Method.POST, "/keys/{name}/{version}/" + action, permission, call -> operation.run(call, call.version())));
  }

  private static <T> Answer page(Call call, Slice<T> slice) {
    return Answer.ok(new Page<>(slice.items(), call.nextLink(slice.last())));
  }
}
