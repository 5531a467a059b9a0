package org.keyhaven.server.access;

/** What a route requires, named as in a vault's access policies: collection and action. */
public enum Permission {
  KEYS_GET("keys", "get"),
  KEYS_LIST("keys", "list"),
  KEYS_CREATE("keys", "create"),
  KEYS_IMPORT("keys", "import"),
  KEYS_UPDATE("keys", "update"),
  KEYS_DELETE("keys", "delete"),
  KEYS_RECOVER("keys", "recover"),
  KEYS_PURGE("keys", "purge"),
  KEYS_SIGN("keys", "sign"),
  KEYS_VERIFY("keys", "verify"),
  KEYS_ENCRYPT("keys", "encrypt"),
  KEYS_DECRYPT("keys", "decrypt"),
  KEYS_WRAP_KEY("keys", "wrapKey"),
  KEYS_UNWRAP_KEY("keys", "unwrapKey"),
  KEYS_BACKUP("keys", "backup"),
  KEYS_RESTORE("keys", "restore"),
  KEYS_ROTATE("keys", "rotate"),
  KEYS_GET_ROTATION_POLICY("keys", "getrotationpolicy"),
  KEYS_SET_ROTATION_POLICY("keys", "setrotationpolicy"),
  KEYS_RELEASE("keys", "release"),
  /** Of the secrets that belong to certificates; there are no others. */
  SECRETS_GET("secrets", "get"),
  /** Of a Managed HSM alone. */
  RANDOM_BYTES("rng", "get"),
  CERTIFICATES_GET("certificates", "get"),
  CERTIFICATES_LIST("certificates", "list"),
  CERTIFICATES_CREATE("certificates", "create"),
  CERTIFICATES_IMPORT("certificates", "import"),
  CERTIFICATES_UPDATE("certificates", "update"),
  CERTIFICATES_DELETE("certificates", "delete"),
  CERTIFICATES_RECOVER("certificates", "recover"),
  CERTIFICATES_PURGE("certificates", "purge");

  private final String collection;
  private final String action;

  Permission(String collection, String action) {
    this.collection = collection;
    this.action = action;
  }

  public String collection() {
    return collection;
  }

  public String action() {
    return action;
  }

  /** For instance {@code keys/sign}. */
  public String wireName() {
    return collection + "/" + action;
  }
}
