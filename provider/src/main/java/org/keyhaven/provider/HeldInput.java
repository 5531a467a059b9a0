package org.keyhaven.provider;

import java.util.Arrays;

/**
 * What was given so far to an operation that goes to the vault whole. Beyond a limit nothing is kept, and the end will say
 * so. What is no longer needed is overwritten. Not thread-safe.
 */
final class HeldInput {
  /** Far more than a vault takes of symmetric data in one call, and less than a request may have. */
  static final int MOST_BYTES = 1 << 20;
  private static final int FIRST_BYTES = 256;

  private final int most;
  private byte[] held = new byte[0];
  private int length;
  private boolean tooLong;

  HeldInput(int most) {
    this.most = most;
  }

  void add(byte[] bytes, int offset, int count) {
    if (tooLong || count > most - length) {
      tooLong = true;
      return;
    }
    if (length + count > held.length) {
      byte[] larger = Arrays.copyOf(held, Math.max(FIRST_BYTES, Math.max(length + count, Math.min(most, 2 * held.length))));
      Arrays.fill(held, (byte) 0);
      held = larger;
    }
    System.arraycopy(bytes, offset, held, length, count);
    length += count;
  }

  int length() {
    return length;
  }

  int most() {
    return most;
  }

  /** Whether more was given than is kept. */
  boolean tooLong() {
    return tooLong;
  }

  /** What was given; this is empty then. */
  byte[] take() {
    byte[] taken = Arrays.copyOf(held, length);
    clear();
    return taken;
  }

  void clear() {
    Arrays.fill(held, 0, length, (byte) 0);
    length = 0;
    tooLong = false;
  }

  HeldInput copy() {
    HeldInput copy = new HeldInput(most);
    copy.held = held.clone();
    copy.length = length;
    copy.tooLong = tooLong;
    return copy;
  }
}
