package org.keyhaven.server.hsm;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A bounded cache of things that must be let go of: the least recently used leaves first, and is disposed of once
 * nobody uses it. The first use by many threads at once loads once. Thread-safe.
 *
 * @param <K> compares by value
 * @param <V> what is cached
 */
final class LeaseCache<K, V> {

  /** Makes a value. */
  @FunctionalInterface
  interface Loader<V, E extends Exception> {
    V load() throws E;
  }

  private static final class Entry<V> {
    /** Held while loading. */
    private final ReentrantLock loading = new ReentrantLock();
    private volatile V value;
    /** How many leases are out, loading ones included; guarded by the cache. */
    private int leases;
    /** No longer found by its key; guarded by the cache. */
    private boolean evicted;
  }

  /** A value in use, which is not disposed of before this is closed. */
  final class Lease implements AutoCloseable {
    private final Entry<V> entry;

    private Lease(Entry<V> entry) {
      this.entry = entry;
    }

    V value() {
      return entry.value;
    }

    /** To be called once. */
    @Override
    public void close() {
      release(entry);
    }
  }

  private final int capacity;
  private final Consumer<V> disposer;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<K, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param capacity at least 1; leases of more keys than that at a time are served, and the excess disposed of when they end
   * @param disposer never throws
   */
  LeaseCache(int capacity, Consumer<V> disposer) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1: " + capacity);
    }
    this.capacity = capacity;
    this.disposer = disposer;
  }

  /** The cached value, or else the loaded one. A failed load is not remembered. */
  <E extends Exception> Lease acquire(K key, Loader<V, E> loader) throws E {
    Entry<V> entry = enter(key);
    boolean loaded = false;
    try {
      if (entry.value == null) {
        load(entry, loader);
      }
      loaded = true;
      return new Lease(entry);
    } finally {
      if (!loaded) {
        forget(key, entry);
        release(entry);
      }
    }
  }

  /** How many values are cached or being loaded. */
  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  /** Disposes of all values: at once, or when the lease ends. */
  void clear() {
    List<V> idle = new ArrayList<>();
    lock.lock();
    try {
      for (Entry<V> entry : entries.values()) {
        evict(entry, idle);
      }
      entries.clear();
    } finally {
      lock.unlock();
    }
    idle.forEach(disposer);
  }

  private <E extends Exception> void load(Entry<V> entry, Loader<V, E> loader) throws E {
    entry.loading.lock();
    try {
      if (entry.value == null) {
        entry.value = loader.load();
      }
    } finally {
      entry.loading.unlock();
    }
  }

  private Entry<V> enter(K key) {
    List<V> idle = new ArrayList<>(1);
    Entry<V> entry;
    lock.lock();
    try {
      entry = entries.get(key);
      if (entry == null) {
        entry = new Entry<>();
        entries.put(key, entry);
        if (entries.size() > capacity) {
          Iterator<Map.Entry<K, Entry<V>>> eldest = entries.entrySet().iterator();
          evict(eldest.next().getValue(), idle);
          eldest.remove();
        }
      }
      entry.leases++;
    } finally {
      lock.unlock();
    }
    idle.forEach(disposer);
    return entry;
  }

  private void forget(K key, Entry<V> entry) {
    lock.lock();
    try {
      if (entry.value == null && entries.remove(key, entry)) {
        entry.evicted = true;
      }
    } finally {
      lock.unlock();
    }
  }

  private void release(Entry<V> entry) {
    V unused;
    lock.lock();
    try {
      entry.leases--;
      unused = entry.evicted && entry.leases == 0 ? entry.value : null;
    } finally {
      lock.unlock();
    }
    if (unused != null) {
      disposer.accept(unused);
    }
  }

  private void evict(Entry<V> entry, List<V> idle) {
    entry.evicted = true;
    if (entry.leases == 0 && entry.value != null) {
      idle.add(entry.value);
    }
  }
}
