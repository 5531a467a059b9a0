package org.keyhaven.client.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of Keyhaven that this is, as the build says it. */
public final class BuildVersion {
  private static final String VALUE = read();

  private BuildVersion() { }

  /** For instance {@code 0.1.0}, or {@code 0.1.0-SNAPSHOT}. */
  public static String get() {
    return VALUE;
  }

  private static String read() {
    try (InputStream in = BuildVersion.class.getResourceAsStream("version.txt")) {
      if (in == null) {
        throw new AssertionError("version.txt is missing beside " + BuildVersion.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
