package org.keyhaven.client;

import java.util.function.Function;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.Page;
import tools.jackson.core.JacksonException;

/** How the JSON of an answer becomes what the caller gets. Thread-safe. */
@FunctionalInterface
interface Reading<T> {

  /**
   * @return null when there is nothing in it
   * @throws JacksonException when it is not what was asked for
   * @throws VaultException when it lacks what it must have
   */
  T read(byte[] json);

  static <T> Reading<T> of(Class<T> type) {
    return json -> Json.read(json, type);
  }

  static <T> Reading<Page<T>> page(Class<T> item) {
    return json -> Json.readPage(json, item);
  }

  /** What a part of the answer, or something made of it, is. */
  default <R> Reading<R> then(Function<? super T, ? extends R> part) {
    return json -> {
      T whole = read(json);
      return whole == null ? null : part.apply(whole);
    };
  }
}
