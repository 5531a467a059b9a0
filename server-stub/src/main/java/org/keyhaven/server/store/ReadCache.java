package org.keyhaven.server.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What was read from the database, for as long as nothing in it changed: each lookup asks the database first whether anybody
 * has committed anything since, another process included ({@link Database#version}); if so, all is read again. So what is
 * found here is what a query would find, checked when it was read. Within a transaction nothing is kept or found. Bounded;
 * what was unused for longest makes room. Thread-safe.
 *
 * @param <K> compares by value
 * @param <V> immutable, and made of what the database holds alone
 */
public final class ReadCache<K, V> {
  private final Database database;
  private final int capacity;
  /** Of the database, when the values were read; any number while there are none. */
  private long version;
  private Map<K, V> values;

  /** @param capacity how many values are kept at most, at least 1 */
  public ReadCache(Database database, int capacity) {
    this.database = database;
    this.capacity = capacity;
    this.values = bounded();
  }

  /**
   * The value of a key.
   *
   * @param reader reads and checks it; what it throws is not remembered
   */
  public V get(K key, Function<K, V> reader) {
    if (database.writing()) {
      return reader.apply(key);
    }
    long now = database.version();
    Map<K, V> current = valuesOf(now);
    synchronized (current) {
      V known = current.get(key);
      if (known != null) {
        return known;
      }
    }
    // Read after the version was asked for, so as new as that or newer.
    V read = reader.apply(key);
    synchronized (current) {
      current.put(key, read);
    }
    return read;
  }

  /** The values that were read in this version of the database. */
  private synchronized Map<K, V> valuesOf(long now) {
    if (version != now) {
      version = now;
      values = bounded();
    }
    return values;
  }

  private Map<K, V> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > capacity;
      }
    };
  }
}
