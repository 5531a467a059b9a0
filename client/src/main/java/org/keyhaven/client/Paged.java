package org.keyhaven.client;

import java.util.Collections;
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
    return new ItemIterator<>(new PageIterator<>(fetch));
  }

  /** Page by page, as the service cuts them: 25 items at most, sometimes none. Each iteration starts anew. */
  public Iterable<List<T>> pages() {
    return () -> new PageIterator<>(fetch);
  }

  /** Sequential and lazy: pages that are not read are not fetched. */
  public Stream<T> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  private static final class PageIterator<T> implements Iterator<List<T>> {
    private final Function<String, Page<T>> fetch;
    private final PageLinks links = new PageLinks();
    private boolean begun;
    private String nextLink;

    PageIterator(Function<String, Page<T>> fetch) {
      this.fetch = fetch;
    }

    @Override
    public boolean hasNext() {
      return !begun || nextLink != null;
    }

    @Override
    public List<T> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Page<T> page = fetch.apply(nextLink);
      begun = true;
      nextLink = links.after(page);
      return page.value() == null ? List.of() : page.value();
    }
  }

  private static final class ItemIterator<T> implements Iterator<T> {
    private final Iterator<List<T>> pages;
    private Iterator<T> items = Collections.emptyIterator();

    ItemIterator(Iterator<List<T>> pages) {
      this.pages = pages;
    }

    @Override
    public boolean hasNext() {
      // The service may answer an empty page that has a successor.
      while (!items.hasNext() && pages.hasNext()) {
        items = pages.next().iterator();
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
