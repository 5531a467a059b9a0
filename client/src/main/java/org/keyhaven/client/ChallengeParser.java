package org.keyhaven.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads a WWW-Authenticate value (RFC 9110, section 11.6.1): challenges, each with parameters or one token68. */
final class ChallengeParser {
  private static final int LONGEST = 8 * 1024;
  private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";
  private static final String TOKEN68_SIGNS = "-._~+/";

  private final String text;
  private int at;

  /**
   * One challenge.
   *
   * @param scheme in lower case
   * @param parameters by name in lower case; empty for a token68
   */
  record Parsed(String scheme, Map<String, String> parameters) { }

  private ChallengeParser(String text) {
    this.text = text;
  }

  /** @throws MalformedChallengeException when the value is too long or not in the grammar, or gives a parameter twice */
  static List<Parsed> parse(String header) throws MalformedChallengeException {
    if (header.length() > LONGEST) {
      throw new MalformedChallengeException("it is longer than " + LONGEST + " characters");
    }
    return new ChallengeParser(header).challenges();
  }

  private List<Parsed> challenges() throws MalformedChallengeException {
    List<Parsed> found = new ArrayList<>();
    skipSeparators();
    while (at < text.length()) {
      found.add(challenge());
    }
    return found;
  }

  private Parsed challenge() throws MalformedChallengeException {
    String scheme = token().toLowerCase(Locale.ROOT);
    Map<String, String> parameters = new HashMap<>();
    if (at < text.length() && text.charAt(at) != ' ' && text.charAt(at) != ',') {
      throw malformed();
    }
    skip(" \t");
    if (skipToken68()) {
      skipSeparators();
      return new Parsed(scheme, parameters);
    }
    skipSeparators();
    while (at < text.length()) {
      int start = at;
      String name = token().toLowerCase(Locale.ROOT);
      skip(" \t");
      if (at >= text.length() || text.charAt(at) != '=') {
        // Not a parameter: the next challenge starts here.
        at = start;
        break;
      }
      at++;
      skip(" \t");
      if (parameters.put(name, value()) != null) {
        throw new MalformedChallengeException("it gives " + name + " twice");
      }
      skip(" \t");
      if (at < text.length() && text.charAt(at) != ',') {
        throw malformed();
      }
      skipSeparators();
    }
    return new Parsed(scheme, parameters);
  }

  /** Moves over a token68 if one stands here; a parameter's name looks like one, but is followed by a value. */
  private boolean skipToken68() {
    int end = at;
    while (end < text.length() && (isAlphanumeric(text.charAt(end)) || TOKEN68_SIGNS.indexOf(text.charAt(end)) >= 0)) {
      end++;
    }
    int start = at;
    while (end < text.length() && text.charAt(end) == '=') {
      end++;
    }
    boolean ends = end == text.length() || text.charAt(end) == ',';
    if (!ends || end == start) {
      return false;
    }
    at = end;
    return true;
  }

  private String value() throws MalformedChallengeException {
    if (at >= text.length() || text.charAt(at) != '"') {
      return token();
    }
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return value.toString();
      }
      if (c == '\\' && at + 1 < text.length()) {
        c = text.charAt(++at);
      }
      if (c < ' ' || c > '~') {
        throw malformed();
      }
      value.append(c);
    }
    throw malformed();
  }

  private String token() throws MalformedChallengeException {
    int start = at;
    while (at < text.length() && (isAlphanumeric(text.charAt(at)) || TOKEN_SIGNS.indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    if (at == start) {
      throw malformed();
    }
    return text.substring(start, at);
  }

  private void skipSeparators() {
    skip(" \t,");
  }

  private void skip(String signs) {
    while (at < text.length() && signs.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private static boolean isAlphanumeric(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private MalformedChallengeException malformed() {
    return new MalformedChallengeException("it cannot be understood from character " + (at + 1) + " on");
  }
}
