package org.keyhaven.server.schedule;

import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.keyhaven.server.vaults.Vault;

/** What a feature does to its live objects by the passing of time. */
@FunctionalInterface
public interface Caretaker {

  /**
   * Looks at an object, and does what is due, within the transaction. An object that changes is looked at again at once.
   *
   * @throws org.keyhaven.server.ApiError when the object cannot be used; it is then looked at again later
   */
  Care attend(Handle handle, Vault vault, String name, Instant now);

  /**
   * What is left to do.
   *
   * @param next when to look again, or to repeat the work if it fails
   * @param work what takes long, to be done after the transaction; null for nothing
   */
  record Care(Instant next, Runnable work) {
    public static Care nothingBefore(Instant next) {
      return new Care(next, null);
    }
  }
}
