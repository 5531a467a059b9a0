package org.keyhaven.client;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.keyhaven.client.wire.Page;

/**
 * A listing, fetched page by page as it is read. Each iteration starts anew; it may throw {@link VaultException} at any step, and
 * shows changes made meanwhile to pages not yet fetched.
 */
public final class Paged<T> implements Iterable<T> {
  private final Function<String, Page<T>> fetch;

  /** @param fetch gets the page at an address; null asks for the first */
  Paged(Function<String, Page<T>> fetch) {
    this.fetch = fetch;
  }

  static <T> Paged<T> of(Transport transport, Request<Page<T>> first) {
    return new Paged<>(link -> transport.call(link == null ? first : first.at(transport.address().next(link))));
  }

  @Override
  public Iterator<T> iterator() {
    return new PageIterator<>(fetch);
  }

  /** Sequential and lazy: pages that are not read are not fetched. */
  public Stream<T> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  private static final class PageIterator<T> implements Iterator<T> {
    private final Function<String, Page<T>> fetch;
    private Iterator<T> items;
    private String nextLink;

    PageIterator(Function<String, Page<T>> fetch) {
      this.fetch = fetch;
    }

    @Override
    public boolean hasNext() {
      // The service may answer an empty page that has a successor.
      while (items == null || !items.hasNext() && nextLink != null) {
        Page<T> page = fetch.apply(nextLink);
        items = (page.value() == null ? List.<T>of() : page.value()).iterator();
        nextLink = page.nextLink() == null || page.nextLink().isEmpty() ? null : page.nextLink();
      }
      return items.hasNext();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return items.next();
    }
  }
}
