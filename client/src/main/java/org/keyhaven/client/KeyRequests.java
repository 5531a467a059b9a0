package org.keyhaven.client;

import java.util.Objects;
import org.keyhaven.client.wire.KeyRelease.KeyReleaseParameters;
import org.keyhaven.client.wire.KeyRelease.KeyReleaseResult;
import org.keyhaven.client.wire.KeyRotation.KeyRotationPolicy;
import org.keyhaven.client.wire.Keys.GetRandomBytesRequest;
import org.keyhaven.client.wire.Keys.KeyBackup;
import org.keyhaven.client.wire.Keys.KeyBundle;
import org.keyhaven.client.wire.Keys.KeyCreateParameters;
import org.keyhaven.client.wire.Keys.KeyImportParameters;
import org.keyhaven.client.wire.Keys.KeyItem;
import org.keyhaven.client.wire.Keys.KeyUpdateParameters;
import org.keyhaven.client.wire.Keys.RandomBytes;
import org.keyhaven.client.wire.Page;

/** The calls of {@code /keys} and {@code /deletedkeys} but cryptography (REST API: Keys). A null version is the latest. */
record KeyRequests(VaultAddress address) {
  private static final Reading<KeyBundle> BUNDLE = Reading.of(KeyBundle.class);
  private static final Reading<Page<KeyItem>> PAGE = Reading.page(KeyItem.class);
  private static final Reading<KeyRotationPolicy> POLICY = Reading.of(KeyRotationPolicy.class);

  Request<KeyBundle> create(String name, KeyCreateParameters parameters) {
    return request(Operation.KEY_CREATE, key(name) + "/create", required(parameters), BUNDLE);
  }

  Request<KeyBundle> importKey(String name, KeyImportParameters parameters) {
    return request(Operation.KEY_IMPORT, key(name), required(parameters), BUNDLE);
  }

  Request<KeyBundle> get(String name, String version) {
    return request(Operation.KEY_GET, key(name, version), null, BUNDLE);
  }

  Request<KeyBundle> attestation(String name, String version) {
    return request(Operation.KEY_ATTESTATION, key(name, version) + "/attestation", null, BUNDLE);
  }

  Request<Page<KeyItem>> list() {
    return request(Operation.KEY_LIST, "/keys", null, PAGE);
  }

  Request<Page<KeyItem>> listVersions(String name) {
    return request(Operation.KEY_LIST, key(name) + "/versions", null, PAGE);
  }

  Request<KeyBundle> update(String name, String version, KeyUpdateParameters parameters) {
    return request(Operation.KEY_UPDATE, key(name, version), required(parameters), BUNDLE);
  }

  Request<KeyBundle> delete(String name) {
    return request(Operation.KEY_DELETE, key(name), null, BUNDLE);
  }

  Request<KeyBundle> getDeleted(String name) {
    return request(Operation.KEY_GET_DELETED, deleted(name), null, BUNDLE);
  }

  Request<Page<KeyItem>> listDeleted() {
    return request(Operation.KEY_LIST, "/deletedkeys", null, PAGE);
  }

  Request<KeyBundle> recover(String name) {
    return request(Operation.KEY_RECOVER, deleted(name) + "/recover", null, BUNDLE);
  }

  Request<Void> purge(String name) {
    return request(Operation.KEY_PURGE, deleted(name), null, null);
  }

  Request<byte[]> backup(String name) {
    return request(Operation.KEY_BACKUP, key(name) + "/backup", null,
        Reading.of(KeyBackup.class).then(KeyBackup::value));
  }

  Request<KeyBundle> restore(byte[] backup) {
    return request(Operation.KEY_RESTORE, "/keys/restore", new KeyBackup(Objects.requireNonNull(backup, "backup")), BUNDLE);
  }

  Request<KeyBundle> rotate(String name) {
    return request(Operation.KEY_ROTATE, key(name) + "/rotate", null, BUNDLE);
  }

  Request<KeyRotationPolicy> getRotationPolicy(String name) {
    return request(Operation.KEY_GET_ROTATION_POLICY, key(name) + "/rotationpolicy", null, POLICY);
  }

  Request<KeyRotationPolicy> updateRotationPolicy(String name, KeyRotationPolicy policy) {
    return request(Operation.KEY_SET_ROTATION_POLICY, key(name) + "/rotationpolicy", required(policy), POLICY);
  }

  Request<String> release(String name, String version, KeyReleaseParameters parameters) {
    return request(Operation.KEY_RELEASE, key(name, version) + "/release", required(parameters),
        Reading.of(KeyReleaseResult.class).then(KeyReleaseResult::value));
  }

  Request<byte[]> randomBytes(int count) {
    return request(Operation.RANDOM_BYTES, "/rng", new GetRandomBytesRequest(count),
        Reading.of(RandomBytes.class).then(RandomBytes::value));
  }

  private <T> Request<T> request(Operation operation, String path, Object body, Reading<T> reading) {
    return new Request<>(operation, address.of(path), body, reading);
  }

  private static String key(String name) {
    return VaultAddress.path("keys", name);
  }

  private static String key(String name, String version) {
    return VaultAddress.path("keys", name, version);
  }

  private static String deleted(String name) {
    return VaultAddress.path("deletedkeys", name);
  }

  private static Object required(Object parameters) {
    return Objects.requireNonNull(parameters, "parameters");
  }
}
