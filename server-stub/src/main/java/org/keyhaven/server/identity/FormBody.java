package org.keyhaven.server.identity;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code application/x-www-form-urlencoded}. */
final class FormBody {
  private FormBody() { }

  /** @throws IllegalArgumentException when the text is no form, or a member comes twice (RFC 6749, section 3.2) */
  static Map<String, String> parse(String body) {
    Map<String, String> form = new LinkedHashMap<>();
    for (String member : body.split("&")) {
      if (member.isEmpty()) {
        continue;
      }
      int equals = member.indexOf('=');
      String name = decode(equals < 0 ? member : member.substring(0, equals));
      if (form.putIfAbsent(name, equals < 0 ? "" : decode(member.substring(equals + 1))) != null) {
        throw new IllegalArgumentException("a member comes twice");
      }
    }
    return form;
  }

  static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
