package org.keyhaven.client.envelope;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.keyhaven.client.Cached;

/**
 * Data keys that the vault has unwrapped, the most recently used of them, until they are too old. However many threads need
 * the same one, the vault is asked once. A refusal is not kept, and pushes nothing out. Thread-safe.
 */
final class DecryptionKeys implements AutoCloseable {
  private final Function<WrappedKey, byte[]> unwrapper;
  private final int most;
  private final long longestNanos;
  private final LongSupplier nanoClock;
  /** In the order of use. */
  private final Map<WrappedKey, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<WrappedKey, Cached<DataKey>> underway = new HashMap<>();
  private boolean closed;

  private record Kept(DataKey key, long since) { }

  /**
   * @param unwrapper gives {@link DataKey#BYTES}
   * @param most 0 keeps none
   * @param nanoClock {@link System#nanoTime} but in tests
   */
  DecryptionKeys(Function<WrappedKey, byte[]> unwrapper, int most, Duration longest, LongSupplier nanoClock) {
    this.unwrapper = unwrapper;
    this.most = most;
    this.longestNanos = longest.toNanos();
    this.nanoClock = nanoClock;
  }

  /** A copy of the data key, for the caller to wipe. */
  byte[] secretOf(WrappedKey wrapped) {
    while (true) {
      Cached<DataKey> load;
      synchronized (this) {
        if (closed) {
          throw new IllegalStateException("this envelope encryption is closed");
        }
        Kept found = kept.get(wrapped);
        byte[] secret = found == null || isTooOld(found) ? null : found.key().copy();
        if (secret != null) {
          return secret;
        }
        load = most == 0 ? null : underway.computeIfAbsent(wrapped, key -> Cached.forever(() -> load(key)));
      }
      if (load == null) {
        return unwrapper.apply(wrapped);
      }
      try {
        byte[] secret = load.get().copy();
        if (secret != null) {
          return secret;
        }
        // Pushed out before this thread came to it.
      } finally {
        synchronized (this) {
          underway.remove(wrapped, load);
        }
      }
    }
  }

  private DataKey load(WrappedKey wrapped) {
    long start = nanoClock.getAsLong();
    DataKey key = new DataKey(wrapped, unwrapper.apply(wrapped));
    keep(wrapped, new Kept(key, start));
    return key;
  }

  private synchronized void keep(WrappedKey wrapped, Kept fresh) {
    if (closed) {
      fresh.key().wipe();
      return;
    }
    Kept old = kept.put(wrapped, fresh);
    if (old != null) {
      old.key().wipe();
    }
    // The least recently used come first, the fresh one last.
    for (Iterator<Kept> each = kept.values().iterator(); each.hasNext();) {
      Kept candidate = each.next();
      if (isTooOld(candidate) || kept.size() > most) {
        candidate.key().wipe();
        each.remove();
      }
    }
  }

  private boolean isTooOld(Kept key) {
    return nanoClock.getAsLong() - key.since() > longestNanos;
  }

  /** Wipes what is kept; messages that have begun are not disturbed. */
  @Override
  public synchronized void close() {
    closed = true;
    kept.values().forEach(each -> each.key().wipe());
    kept.clear();
  }
}
