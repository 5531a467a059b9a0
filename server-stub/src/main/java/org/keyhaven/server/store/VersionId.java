package org.keyhaven.server.store;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Identifiers of new versions: 128 random bits as 32 hexadecimal digits in lower case. */
public final class VersionId {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 16;

  private VersionId() { }

  public static String random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
