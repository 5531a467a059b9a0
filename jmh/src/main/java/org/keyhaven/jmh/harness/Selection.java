package org.keyhaven.jmh.harness;

import java.util.List;

/** What of all suites is run: all, one by its name, or those that report a figure. */
public final class Selection {
  private final String wanted;
  private final boolean suite;

  private Selection(String wanted, boolean suite) {
    this.wanted = wanted;
    this.suite = suite;
  }

  /** @param wanted the name of a suite, or part of the ids of figures; empty for all */
  public static Selection of(String wanted, List<Suite> suites) {
    return new Selection(wanted, suites.stream().anyMatch(suite -> suite.name().equals(wanted)));
  }

  /** Whether anything of the suite is asked for. */
  public boolean wants(Suite candidate) {
    return suite ? candidate.name().equals(wanted) : candidate.figures().stream().anyMatch(this::wants);
  }

  /** Whether a suite that is asked for is to report this figure. */
  boolean wants(Figure figure) {
    return suite || figure.id().contains(wanted);
  }
}
