package org.keyhaven.client;

/** The operations of the service that the client calls: method, the permission each needs, and when it may be repeated. */
enum Operation {
  KEY_CREATE("POST", "keys/create", Repeat.UNLESS_DONE),
  KEY_IMPORT("PUT", "keys/import", Repeat.UNLESS_DONE),
  KEY_GET("GET", "keys/get", Repeat.ALWAYS),
  KEY_ATTESTATION("GET", "keys/get", Repeat.ALWAYS),
  KEY_LIST("GET", "keys/list", Repeat.ALWAYS),
  KEY_UPDATE("PATCH", "keys/update", Repeat.ALWAYS),
  KEY_DELETE("DELETE", "keys/delete", Repeat.UNLESS_DONE),
  KEY_GET_DELETED("GET", "keys/get", Repeat.ALWAYS),
  KEY_RECOVER("POST", "keys/recover", Repeat.UNLESS_DONE),
  KEY_PURGE("DELETE", "keys/purge", Repeat.UNLESS_DONE),
  KEY_BACKUP("POST", "keys/backup", Repeat.ALWAYS),
  KEY_RESTORE("POST", "keys/restore", Repeat.UNLESS_DONE),
  KEY_ROTATE("POST", "keys/rotate", Repeat.UNLESS_DONE),
  KEY_GET_ROTATION_POLICY("GET", "keys/getrotationpolicy", Repeat.ALWAYS),
  KEY_SET_ROTATION_POLICY("PUT", "keys/setrotationpolicy", Repeat.ALWAYS),
  KEY_RELEASE("POST", "keys/release", Repeat.ALWAYS),
  RANDOM_BYTES("POST", "rng/get", Repeat.ALWAYS),
  KEY_SIGN("POST", "keys/sign", Repeat.ALWAYS),
  KEY_VERIFY("POST", "keys/verify", Repeat.ALWAYS),
  KEY_ENCRYPT("POST", "keys/encrypt", Repeat.ALWAYS),
  KEY_DECRYPT("POST", "keys/decrypt", Repeat.ALWAYS),
  KEY_WRAP("POST", "keys/wrapKey", Repeat.ALWAYS),
  KEY_UNWRAP("POST", "keys/unwrapKey", Repeat.ALWAYS),
  CERTIFICATE_CREATE("POST", "certificates/create", Repeat.UNLESS_DONE),
  CERTIFICATE_IMPORT("POST", "certificates/import", Repeat.UNLESS_DONE),
  CERTIFICATE_MERGE("POST", "certificates/create", Repeat.UNLESS_DONE),
  CERTIFICATE_PENDING("GET", "certificates/get", Repeat.ALWAYS),
  CERTIFICATE_PENDING_DELETE("DELETE", "certificates/update", Repeat.UNLESS_DONE),
  CERTIFICATE_GET("GET", "certificates/get", Repeat.ALWAYS),
  CERTIFICATE_LIST("GET", "certificates/list", Repeat.ALWAYS),
  CERTIFICATE_UPDATE("PATCH", "certificates/update", Repeat.ALWAYS),
  CERTIFICATE_DELETE("DELETE", "certificates/delete", Repeat.UNLESS_DONE);

  /** When a failed call may be sent again. */
  enum Repeat {
    /** Doing it twice is the same as doing it once. */
    ALWAYS,
    /** Only when the first attempt surely did nothing: it never reached the service, or was turned away at the door. */
    UNLESS_DONE
  }

  private final String method;
  private final String permission;
  private final Repeat repeat;

  Operation(String method, String permission, Repeat repeat) {
    this.method = method;
    this.permission = permission;
    this.repeat = repeat;
  }

  String method() {
    return method;
  }

  String permission() {
    return permission;
  }

  Repeat repeat() {
    return repeat;
  }
}
