package org.keyhaven.provider;

import java.security.InvalidParameterException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which aliases a key store shows: those that match one of the patterns, all where there are none, without those that
 * match a pattern after {@code !}. A pattern is a regular expression of the whole alias, in its letter case. A value:
 * equal patterns are equal filters.
 */
final class AliasFilter {
  static final AliasFilter NONE = new AliasFilter(List.of());

  private final Set<String> patterns;
  private final List<Pattern> shown;
  private final List<Pattern> hidden;

  /** @throws InvalidParameterException for a pattern that is no regular expression */
  AliasFilter(Collection<String> patterns) {
    this.patterns = new TreeSet<>();
    this.shown = new ArrayList<>();
    this.hidden = new ArrayList<>();
    for (String given : patterns) {
      String pattern = given.strip();
      if (!pattern.isEmpty() && this.patterns.add(pattern)) {
        if (pattern.startsWith("!")) {
          hidden.add(compiled(pattern.substring(1)));
        } else {
          shown.add(compiled(pattern));
        }
      }
    }
  }

  boolean shows(String alias) {
    return (shown.isEmpty() || matches(shown, alias)) && !matches(hidden, alias);
  }

  private static boolean matches(List<Pattern> patterns, String alias) {
    for (Pattern pattern : patterns) {
      if (pattern.matcher(alias).matches()) {
        return true;
      }
    }
    return false;
  }

  private static Pattern compiled(String pattern) {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new InvalidParameterException(
          "an alias filter must be a regular expression, not: " + pattern + " (" + e.getDescription() + ")");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AliasFilter filter && filter.patterns.equals(patterns);
  }

  @Override
  public int hashCode() {
    return patterns.hashCode();
  }

  @Override
  public String toString() {
    return patterns.toString();
  }
}
