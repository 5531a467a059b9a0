package org.keyhaven.client.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The {@code kty} of a key: its family, and whether an HSM protects it ("About keys", Key Vault documentation). */
public enum KeyType {
  RSA("RSA", Family.RSA, false),
  RSA_HSM("RSA-HSM", Family.RSA, true),
  EC("EC", Family.EC, false),
  EC_HSM("EC-HSM", Family.EC, true),
  OCT("oct", Family.OCT, false),
  OCT_HSM("oct-HSM", Family.OCT, true);

  /** What a key is made of, wherever it is kept. */
  public enum Family { RSA, EC, OCT }

  private final String wireName;
  private final Family family;
  private final boolean hsm;

  KeyType(String wireName, Family family, boolean hsm) {
    this.wireName = wireName;
    this.family = family;
    this.hsm = hsm;
  }

  @JsonValue
  public String wireName() {
    return wireName;
  }

  public Family family() {
    return family;
  }

  /** Whether the private or secret part is kept by an HSM. */
  public boolean hsm() {
    return hsm;
  }

  /** The type of {@code family} with the given protection. */
  public static KeyType of(Family family, boolean hsm) {
    for (KeyType type : values()) {
      if (type.family == family && type.hsm == hsm) {
        return type;
      }
    }
    throw new AssertionError(family);
  }

  /** @throws IllegalArgumentException when no type has this name */
  @JsonCreator
  public static KeyType fromWire(String name) {
    for (KeyType type : values()) {
      if (type.wireName.equals(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown key type: " + name);
  }

  @Override
  public String toString() {
    return wireName;
  }
}
