package org.keyhaven.server.identity;

import java.util.Locale;

/** The resource a token is for: an https address, compared without regard to case and without its trailing slash. */
final class Audience {
  private Audience() { }

  static String normalize(String resource) {
    String lower = resource.toLowerCase(Locale.ROOT);
    return lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
