package org.keyhaven.client.envelope;

import java.util.Arrays;

/**
 * A data key in memory, until it is wiped. Whoever needs it gets a copy, to be wiped after use, so that wiping does not pull
 * it from under a message that has begun. Thread-safe.
 */
final class DataKey {
  static final int BYTES = 32;

  private final WrappedKey wrapped;
  private final byte[] secret;
  private boolean wiped;

  /** @param secret {@link #BYTES} long; belongs to this object from now on */
  DataKey(WrappedKey wrapped, byte[] secret) {
    this.wrapped = wrapped;
    this.secret = secret;
  }

  WrappedKey wrapped() {
    return wrapped;
  }

  /** A copy of the secret; null once it is wiped. */
  synchronized byte[] copy() {
    return wiped ? null : secret.clone();
  }

  synchronized void wipe() {
    wiped = true;
    Arrays.fill(secret, (byte) 0);
  }
}
