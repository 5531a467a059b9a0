package org.keyhaven.server.access;

/** What a route requires, named as in a vault's access policies: collection and action. */
public enum Permission {
  KEYS_GET("keys", "get"),
  KEYS_LIST("keys", "list"),
  KEYS_CREATE("keys", "create"),
  KEYS_UPDATE("keys", "update"),
  KEYS_DELETE("keys", "delete"),
  KEYS_RECOVER("keys", "recover"),
  KEYS_PURGE("keys", "purge"),
  KEYS_SIGN("keys", "sign"),
  KEYS_VERIFY("keys", "verify"),
  CERTIFICATES_GET("certificates", "get"),
  CERTIFICATES_LIST("certificates", "list"),
  CERTIFICATES_CREATE("certificates", "create"),
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
