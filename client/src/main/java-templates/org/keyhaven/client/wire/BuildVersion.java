package org.keyhaven.client.wire;

/** The version of Keyhaven that this is, as the build says it: in the code, since a file in the jar takes long to open at first. */
public final class BuildVersion {
  private static final String VALUE = "${project.version}";

  private BuildVersion() { }

  /** For instance {@code 0.1.0}, or {@code 0.1.0-SNAPSHOT}. */
  public static String get() {
    return VALUE;
  }
}
