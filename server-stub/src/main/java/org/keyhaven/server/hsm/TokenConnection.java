package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * From one sign-in to the token until it is lost: a session that owns the objects which outlive a call (they die with the
 * session that made them), and a bounded pool of sessions that use them. Thread-safe.
 */
final class TokenConnection {
  private static final Logger LOG = LoggerFactory.getLogger(TokenConnection.class);
  private static final long BORROW_SECONDS = 20;

  private final PKCS11 api;
  private final long slot;
  private final long owner;
  private final ReentrantLock ownerLock = new ReentrantLock();
  private final int maxSessions;
  private final Semaphore permits;
  private final Deque<Long> idle = new ConcurrentLinkedDeque<>();
  private final long mostObjects;
  private final AtomicLong objects = new AtomicLong();

  private TokenConnection(PKCS11 api, long slot, long owner, int maxSessions, long mostObjects) {
    this.api = api;
    this.slot = slot;
    this.owner = owner;
    this.maxSessions = maxSessions;
    this.permits = new Semaphore(maxSessions, true);
    this.mostObjects = mostObjects;
  }

  /**
   * Opens the owner's session and signs in.
   *
   * @param mostObjects how many session objects may be made before the connection is worn
   */
  static TokenConnection open(PKCS11 api, long slot, char[] pin, int maxSessions, long mostObjects) throws PKCS11Exception {
    long owner = openSession(api, slot, false);
    try {
      api.C_Login(owner, PKCS11Constants.CKU_USER, pin, true);
    } catch (PKCS11Exception e) {
      // Sign-in counts for the whole process: another connection to the same token has done it.
      if (e.getErrorCode() != PKCS11Constants.CKR_USER_ALREADY_LOGGED_IN) {
        close(api, owner);
        throw e;
      }
    }
    return new TokenConnection(api, slot, owner, maxSessions, mostObjects);
  }

  /** Runs a call in a pooled session. Objects that it makes do not outlive it reliably. */
  <T> T inSession(SessionCall<T> call) throws PKCS11Exception {
    borrow();
    try {
      Long pooled = idle.pollFirst();
      long session = pooled != null ? pooled : openSession(api, slot, false);
      boolean clean = false;
      try {
        T result = call.in(api, session);
        clean = true;
        return result;
      } finally {
        if (clean) {
          idle.addFirst(session);
        } else {
          // An operation may be half done in it, and must not continue with the next caller's data.
          close(api, session);
        }
      }
    } finally {
      permits.release();
    }
  }

  /** Runs a call in the session whose objects live as long as the connection; one call at a time. */
  <T> T inOwnerSession(SessionCall<T> call) throws PKCS11Exception {
    ownerLock.lock();
    try {
      return call.in(api, owner);
    } finally {
      ownerLock.unlock();
    }
  }

  /** Runs a call in a session of its own that may change token objects. */
  <T> T inWritableSession(SessionCall<T> call) throws PKCS11Exception {
    long session = openSession(api, slot, true);
    try {
      return call.in(api, session);
    } finally {
      close(api, session);
    }
  }

  /** Counts session objects that are about to be made; that they are destroyed again does not count. */
  void making(int count) {
    objects.addAndGet(count);
  }

  /** So many objects have been made that the connection should be replaced when that can be. */
  boolean worn() {
    return objects.get() >= mostObjects;
  }

  /** Counts anew, for it cannot be replaced now. */
  void keep() {
    objects.set(0);
  }

  long slot() {
    return slot;
  }

  /** Closes every session; the last one of this process to be closed signs out. Only when no call is under way. */
  void close() {
    for (Long session = idle.pollFirst(); session != null; session = idle.pollFirst()) {
      close(api, session);
    }
    close(api, owner);
  }

  private void borrow() {
    boolean free;
    try {
      free = permits.tryAcquire(BORROW_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Ckr.unavailable("interrupted while waiting for a session of the HSM", e);
    }
    if (!free) {
      throw Ckr.unavailable("all " + maxSessions + " sessions of the HSM have been busy for " + BORROW_SECONDS
          + " s; try again later", null);
    }
  }

  private static long openSession(PKCS11 api, long slot, boolean writable) throws PKCS11Exception {
    long flags = PKCS11Constants.CKF_SERIAL_SESSION | (writable ? PKCS11Constants.CKF_RW_SESSION : 0);
    return api.C_OpenSession(slot, flags, null, null);
  }

  private static void close(PKCS11 api, long session) {
    try {
      api.C_CloseSession(session);
    } catch (PKCS11Exception e) {
      // Whoever closes does not need the session any more, and a lost connection has lost it already.
      LOG.debug("closing a PKCS#11 session: {}", Ckr.name(e));
    }
  }
}
