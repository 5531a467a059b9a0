package org.keyhaven.server.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keyhaven.server.ApiError;

/** {@code name=value} pairs of a query or form, percent-decoded, names too. Of a repeated name the first value holds. */
final class UrlEncoded {
  private static final int MOST_PAIRS = 100;

  private UrlEncoded() { }

  /** @param text null for none */
  static Map<String, String> parse(String text) {
    Map<String, String> pairs = new LinkedHashMap<>();
    if (text == null || text.isEmpty()) {
      return pairs;
    }
    String[] parts = text.split("&", MOST_PAIRS + 1);
    if (parts.length > MOST_PAIRS) {
      throw ApiError.badParameter("The request has more than " + MOST_PAIRS + " parameters.");
    }
    for (String part : parts) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      String value = equals < 0 ? "" : part.substring(equals + 1);
      pairs.putIfAbsent(decode(name), decode(value));
    }
    return pairs;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ApiError(400, "BadParameter", null, "A parameter of the request is not percent-encoded properly.", e);
    }
  }
}
