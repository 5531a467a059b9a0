package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A member of {@code key_ops}: what a key may be used for (RFC 7517, section 4.3, with the service's own additions). */
public enum KeyOperation {
  ENCRYPT("encrypt"),
  DECRYPT("decrypt"),
  SIGN("sign"),
  VERIFY("verify"),
  WRAP_KEY("wrapKey"),
  UNWRAP_KEY("unwrapKey"),
  SECURE_WRAP_KEY("secureWrapKey"),
  SECURE_UNWRAP_KEY("secureUnwrapKey"),
  IMPORT("import"),
  EXPORT("export");

  private final String wireName;

  KeyOperation(String wireName) {
    this.wireName = wireName;
  }

  @JsonValue
  public String wireName() {
    return wireName;
  }

  /** @throws IllegalArgumentException when no operation has this name */
  @JsonCreator
  public static KeyOperation fromWire(String name) {
    for (KeyOperation operation : values()) {
      if (operation.wireName.equals(name)) {
        return operation;
      }
    }
    throw new IllegalArgumentException("unknown key operation: " + name);
  }

  @Override
  public String toString() {
    return wireName;
  }
}
