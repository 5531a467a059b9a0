package org.keyhaven.provider;

import java.security.InvalidParameterException;
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
    patterns.stream().map(String::strip).filter(pattern -> !pattern.isEmpty()).forEach(this.patterns::add);
    this.shown = this.patterns.stream().filter(pattern -> !pattern.startsWith("!")).map(AliasFilter::compiled).toList();
    this.hidden = this.patterns.stream().filter(pattern -> pattern.startsWith("!"))
        .map(pattern -> compiled(pattern.substring(1))).toList();
  }

  boolean shows(String alias) {
    return (shown.isEmpty() || matches(shown, alias)) && !matches(hidden, alias);
  }

  private static boolean matches(List<Pattern> patterns, String alias) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(alias).matches());
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
