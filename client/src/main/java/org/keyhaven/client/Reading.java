package org.keyhaven.client;

import java.util.function.Function;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.Page;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectReader;

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
    ObjectReader reader = Json.mapper().readerFor(type);
    return reader::readValue;
  }

  /** @param type names the items' type, which a class alone cannot */
  static <T> Reading<Page<T>> page(TypeReference<Page<T>> type) {
    ObjectReader reader = Json.mapper().readerFor(type);
    return reader::readValue;
  }

  /** What a part of the answer, or something made of it, is. */
  default <R> Reading<R> then(Function<? super T, ? extends R> part) {
    return json -> {
      T whole = read(json);
      return whole == null ? null : part.apply(whole);
    };
  }
}
