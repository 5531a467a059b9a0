package org.keyhaven.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.keyhaven.client.wire.Page;

/**
 * A listing, fetched page by page: {@link Paged} for those who do not wait. Each method starts anew, and its future may fail at
 * any page; a page is fetched only when the one before has been dealt with. Immutable.
 */
public final class AsyncPaged<T> {
  private final AsyncTransport transport;
  private final VaultAddress address;
  private final Request<Page<T>> first;

  AsyncPaged(AsyncTransport transport, VaultAddress address, Request<Page<T>> first) {
    this.transport = transport;
    this.address = address;
    this.first = first;
  }

  /**
   * Gives each page to the caller's code, one after the other; empty ones are left out.
   *
   * @param page says whether to go on; what it throws fails the future
   * @return completed after the last page, or the one that was enough
   */
  public CompletableFuture<Void> forEachPage(Predicate<? super List<T>> page) {
    Objects.requireNonNull(page, "page");
    return Flight.of(flight -> from(first, page, new PageLinks(), flight));
  }

  /** The first items of the listing, {@code most} of them or fewer; no page beyond is fetched. */
  public CompletableFuture<List<T>> toList(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("at least one item must be asked for, not " + most);
    }
    List<T> found = new ArrayList<>();
    return Flight.of(flight -> from(first, page -> {
      found.addAll(page.subList(0, Math.min(page.size(), most - found.size())));
      return found.size() < most;
    }, new PageLinks(), flight).thenApply(nothing -> List.copyOf(found)));
  }

  private CompletableFuture<Void> from(Request<Page<T>> request, Predicate<? super List<T>> taker, PageLinks links,
      Flight flight) {
    return flight.awaits(transport.call(request)).thenCompose(page -> {
      List<T> items = page.value() == null ? List.of() : page.value();
      boolean on = items.isEmpty() || taker.test(items);
      String next = on ? links.after(page) : null;
      return next == null ? CompletableFuture.completedFuture(null)
          : from(first.at(address.next(next)), taker, links, flight);
    });
  }
}
