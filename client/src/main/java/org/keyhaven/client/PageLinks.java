package org.keyhaven.client;

import org.keyhaven.client.VaultException.Details;
import org.keyhaven.client.wire.Page;

/**
 * The links of one listing. A listing that comes back to a page that was read already would never end; it is noticed with
 * one link in memory (R. Brent, "An improved Monte Carlo factorization algorithm", section 2). Not thread-safe.
 */
final class PageLinks {
  private String mark;
  private long steps;
  private long lap = 1;

  /**
   * What comes after a page.
   *
   * @return null when that was the last one
   * @throws VaultException when it was read already
   */
  String after(Page<?> page) {
    String link = page.nextLink();
    if (link == null || link.isEmpty()) {
      return null;
    }
    if (link.equals(mark)) {
      throw new VaultException(Details.local("UnexpectedAnswer", "the listing has no end: it comes back to a page that was read"
          + " already", "check that the address is a vault's", null));
    }
    if (++steps == lap) {
      mark = link;
      lap *= 2;
      steps = 0;
    }
    return link;
  }
}
