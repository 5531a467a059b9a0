package org.keyhaven.client;

/** The operations of the service that the client calls: method, the permission each needs, and when it may be repeated. */
enum Operation {
  KEY_CREATE("POST", "keys/create", Repeat.UNLESS_DONE),
  KEY_GET("GET", "keys/get", Repeat.ALWAYS),
  KEY_LIST("GET", "keys/list", Repeat.ALWAYS),
  KEY_UPDATE("PATCH", "keys/update", Repeat.ALWAYS),
  KEY_DELETE("DELETE", "keys/delete", Repeat.UNLESS_DONE),
  KEY_SIGN("POST", "keys/sign", Repeat.ALWAYS),
  KEY_VERIFY("POST", "keys/verify", Repeat.ALWAYS),
  CERTIFICATE_CREATE("POST", "certificates/create", Repeat.UNLESS_DONE),
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
