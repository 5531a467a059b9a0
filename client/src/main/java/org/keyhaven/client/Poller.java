package org.keyhaven.client;

import java.time.Duration;
import java.util.Optional;
import org.keyhaven.client.VaultException.Details;

/**
 * Something that the vault has begun and will end on its own, whether anybody looks or not. Thread-safe.
 *
 * <p>{@link #await} is what most callers want; {@link #poll} is for those who have something else to do meanwhile.
 */
public final class Poller<T> {
  private final Transport transport;
  private final Request<T> look;
  private final String what;
  private volatile T latest;
  private volatile boolean done;

  /**
   * @param look finds the outcome, and nothing (404) before
   * @param what is waited for, for messages
   * @param started what the vault said to the beginning
   * @param done whether it was over with that
   */
  Poller(Transport transport, Request<T> look, String what, T started, boolean done) {
    this.transport = transport;
    this.look = look;
    this.what = what;
    this.latest = started;
    this.done = done;
  }

  /** What the vault said last: at the beginning, or once it was done. */
  public T latest() {
    return latest;
  }

  /**
   * Whether it is done; asks the vault once, if that is not known yet.
   *
   * @throws VaultException when the vault does not say
   */
  public boolean poll() {
    return looked(null);
  }

  /**
   * Waits until it is done.
   *
   * @param limit the longest wait, in all
   * @return the outcome
   * @throws VaultException.Timeout when it is not done then; it goes on, and can be awaited again
   * @throws VaultException when the vault does not say
   */
  public T await(Duration limit) {
    Patience patience = new Patience(limit);
    while (!looked(patience.remaining())) {
      if (!patience.pause(Optional.empty(), what)) {
        throw notDone(what, limit);
      }
    }
    return latest;
  }

  static VaultException notDone(String what, Duration limit) {
    return new VaultException.Timeout(Details.local("Timeout", what + " is not done after " + limit.toMillis() + " ms",
        "wait longer; it goes on meanwhile", null));
  }

  /** @param atMost null for the client's own deadline */
  private boolean looked(Duration atMost) {
    if (!done) {
      try {
        latest = (atMost == null ? transport.reply(look) : transport.reply(look, atMost)).value();
        done = true;
      } catch (VaultException.NotFound e) {
        // Not yet: that is how the service says it.
        return false;
      }
    }
    return true;
  }
}
