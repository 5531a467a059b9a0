package org.keyhaven.client.envelope;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.keyhaven.client.Cached;

/**
 * The data key for new messages: one serves many, until it has served its number of messages or bytes or is too old, and is
 * then wiped. However many threads need a new one, it is made once. Thread-safe.
 */
final class EncryptionKeys implements AutoCloseable {
  private final Supplier<DataKey> maker;
  private final Limits limits;
  private final Cached<Budget> current;
  private final AtomicReference<Budget> newest = new AtomicReference<>();
  private volatile boolean closed;

  /** How long one data key serves; each at least one. */
  record Limits(long messages, long bytes, Duration age) { }

  /** A data key for one message. */
  final class Grant {
    private final Budget budget;
    private final byte[] secret;

    private Grant(Budget budget, byte[] secret) {
      this.budget = budget;
      this.secret = secret;
    }

    WrappedKey wrapped() {
      return budget.key.wrapped();
    }

    /** A copy, for the caller to wipe. */
    byte[] secret() {
      return secret;
    }

    /** Counts bytes that were not known of when the key was granted. */
    void spend(long bytes) {
      budget.spend(bytes);
    }
  }

  /** What a data key may still do. */
  private final class Budget {
    private final DataKey key;
    private long messages = limits.messages();
    private long bytes = limits.bytes();

    private Budget(DataKey key) {
      this.key = key;
    }

    /**
     * Null when the key may serve no such message. One that is longer than all that a key may encrypt needs an unused one.
     */
    private synchronized Grant take(long planned) {
      boolean unused = messages == limits.messages();
      if (messages == 0 || bytes <= 0 || planned > bytes && !unused) {
        return null;
      }
      byte[] secret = key.copy();
      if (secret == null) {
        return null;
      }
      messages--;
      bytes -= planned;
      return new Grant(this, secret);
    }

    private synchronized void spend(long more) {
      bytes -= more;
    }
  }

  /**
   * @param maker a fresh data key, wrapped
   * @param nanoClock {@link System#nanoTime} but in tests
   */
  EncryptionKeys(Supplier<DataKey> maker, Limits limits, LongSupplier nanoClock) {
    this.maker = maker;
    this.limits = limits;
    this.current = new Cached<>(this::renew, limits.age(), limits.age(), Runnable::run, nanoClock);
  }

  /**
   * A key for a message.
   *
   * @param bytes the plaintext's length as far as it is known
   */
  Grant take(long bytes) {
    while (true) {
      if (closed) {
        throw new IllegalStateException("this envelope encryption is closed");
      }
      if (limits.messages() == 1) {
        // A key of one's own: nothing to share, and nobody to wait for.
        DataKey own = maker.get();
        Grant only = new Budget(own).take(bytes);
        own.wipe();
        return only;
      }
      Budget budget = current.get();
      Grant grant = budget.take(bytes);
      if (grant != null) {
        return grant;
      }
      current.invalidate(budget);
      budget.key.wipe();
    }
  }

  private Budget renew() {
    Budget fresh = new Budget(maker.get());
    Budget old = newest.getAndSet(fresh);
    if (old != null) {
      old.key.wipe();
    }
    if (closed) {
      fresh.key.wipe();
    }
    return fresh;
  }

  /** Wipes what is kept; messages that have begun are not disturbed. */
  @Override
  public void close() {
    closed = true;
    Budget last = newest.get();
    if (last != null) {
      last.key.wipe();
    }
  }
}
