package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.CK_TOKEN_INFO;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.StartupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * One token of a PKCS#11 module, signed in as its user. Engines and sealers of all vaults share one. When the token drops
 * the sessions or the login, the next call signs in again, once. Thread-safe.
 *
 * <p>SoftHSM (2.6.1) keeps about a quarter of a kilobyte of each session object that was destroyed, until C_Finalize. So a
 * token may be opened to be renewed: after so many objects, and when no other token of the module is open in this process, the
 * next call waits until those under way have ended, restarts the module, and signs in again.
 */
public final class Pkcs11Token implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pkcs11Token.class);
  /** More than a token of today works on at a time, less than what any token refuses. */
  private static final int MOST_SESSIONS = 32;

  private final Pkcs11Module module;
  private final Pkcs11Options options;
  private final char[] pin;
  private final long mostObjects;

  /** Calls share the read lock; the connection is replaced under the write lock, so never under a call's feet. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private TokenConnection connection;
  private boolean pinRefused;
  private boolean closed;

  private Pkcs11Token(Pkcs11Module module, Pkcs11Options options, char[] pin, long mostObjects) {
    this.module = module;
    this.options = options;
    this.pin = pin;
    this.mostObjects = mostObjects;
  }

  /**
   * Loads the module, finds the token and signs in. A wrong PIN is tried once, never again: tokens lock themselves. The
   * module is never restarted for this token.
   *
   * @throws StartupException when any of it fails, saying what to do
   */
  public static Pkcs11Token open(Pkcs11Options options) {
    return open(options, Long.MAX_VALUE);
  }

  /**
   * As {@link #open(Pkcs11Options)}, in a process where nothing but such tokens uses the module.
   *
   * @param mostObjects after how many session objects the module may be restarted, to free what it keeps of them
   */
  public static Pkcs11Token open(Pkcs11Options options, long mostObjects) {
    Pkcs11Module module = Pkcs11Module.load(options.module());
    Pkcs11Token token = new Pkcs11Token(module, options, PinFile.read(options.pinFile()), mostObjects);
    module.join();
    try {
      token.connection = token.connect(token.findSlot(), true);
      return token;
    } catch (PKCS11Exception e) {
      token.close();
      throw new StartupException(token.startupMessage(e), e);
    } catch (StartupException e) {
      token.close();
      throw e;
    }
  }

  /**
   * Runs a call on the signed-in token; again, from the start and once, when the connection turns out to be lost.
   *
   * @param doing what it does, as in "the HSM could not ..."
   * @throws ApiError for every failure
   */
  <T> T run(String doing, TokenCall<T> call) {
    TokenConnection lost = null;
    PKCS11Exception loss = null;
    lock.readLock().lock();
    try {
      lost = connection;
      if (lost != null && !lost.worn()) {
        return call.on(lost);
      }
    } catch (PKCS11Exception e) {
      if (!Ckr.connectionLost(e)) {
        throw Ckr.toApiError(doing, e);
      }
      loss = e;
    } finally {
      lock.readLock().unlock();
    }
    reconnect(lost, loss);
    lock.readLock().lock();
    try {
      if (connection == null) {
        throw Ckr.unavailable("the connection to the HSM was lost twice; try again later", null);
      }
      return call.on(connection);
    } catch (PKCS11Exception e) {
      throw Ckr.toApiError(doing, e);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Runs what is of use on this connection alone, unless it has been replaced or closed. */
  void onlyOn(TokenConnection made, Runnable work) {
    lock.readLock().lock();
    try {
      if (connection == made) {
        work.run();
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  String label() {
    return options.tokenLabel();
  }

  Pkcs11Module module() {
    return module;
  }

  /** Closes the sessions. The module stays loaded, for other tokens of this process may use it. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      disconnect();
      Arrays.fill(pin, '\0');
      module.leave();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * @param lost what the caller found broken or worn, null when it found none; when replaced meanwhile, nothing is left to
   *     do
   * @param loss how it showed; null when there was none to break, or it is worn
   */
  private void reconnect(TokenConnection lost, PKCS11Exception loss) {
    lock.writeLock().lock();
    try {
      if (connection != lost) {
        return;
      }
      if (connection != null && loss == null && !restart()) {
        return;
      }
      if (connection != null) {
        LOG.warn("the HSM dropped the connection ({}); signing in again", Ckr.name(loss));
        disconnect();
      }
      if (closed) {
        throw Ckr.unavailable("the server is shutting down", null);
      }
      if (pinRefused) {
        throw Ckr.unavailable("the HSM refused the PIN; it is not tried again, for tokens lock themselves. Correct "
            + options.pinFile() + " and restart the server", null);
      }
      connection = connectAgain();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * Under the write lock, so that nothing is under way.
   *
   * @return false when the connection stays: others use the module, or another caller has seen to it
   */
  private boolean restart() {
    if (!connection.worn()) {
      return false;
    }
    try {
      if (!module.restart(this::disconnect)) {
        connection.keep();
        return false;
      }
      LOG.info("the HSM's module was restarted after {} session objects, to free what it keeps of them", mostObjects);
    } catch (PKCS11Exception e) {
      LOG.warn("the HSM's module cannot be restarted ({}); signing in again", Ckr.name(e));
    } catch (StartupException e) {
      LOG.warn("{}; trying again", e.getMessage());
    }
    return true;
  }

  private void disconnect() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  private TokenConnection connectAgain() {
    try {
      module.initialize();
      return connect(findSlot(), false);
    } catch (PKCS11Exception e) {
      pinRefused = Ckr.pinRefused(e);
      throw Ckr.toApiError("sign in again", e);
    } catch (StartupException e) {
      throw Ckr.unavailable(e.getMessage(), e);
    }
  }

  private long findSlot() throws PKCS11Exception {
    OptionalLong slot = module.slotOf(options.tokenLabel());
    if (slot.isEmpty()) {
      throw new StartupException("the PKCS#11 module " + module.path() + " has no token labelled '" + options.tokenLabel()
          + "'; it has: " + (module.labels().isEmpty() ? "none" : "'" + String.join("', '", module.labels()) + "'"));
    }
    return slot.getAsLong();
  }

  private TokenConnection connect(long slot, boolean starting) throws PKCS11Exception {
    CK_TOKEN_INFO info = module.api().C_GetTokenInfo(slot);
    if (starting && (info.flags & PKCS11Constants.CKF_USER_PIN_FINAL_TRY) != 0) {
      throw new StartupException("one more wrong PIN would lock the token '" + options.tokenLabel()
          + "'; sign in once with the vendor's tool, put the right PIN into " + options.pinFile() + ", then start again");
    }
    return TokenConnection.open(module.api(), slot, pin, sessions(info), mostObjects);
  }

  /** Leaves room for the owner's session and one that makes token objects. */
  private static int sessions(CK_TOKEN_INFO info) {
    long most = info.ulMaxSessionCount;
    boolean unlimited = most == PKCS11Constants.CK_EFFECTIVELY_INFINITE || most == PKCS11Constants.CK_UNAVAILABLE_INFORMATION
        || most == PKCS11Constants.CK_UNAVAILABLE_INFORMATION_2;
    return unlimited ? MOST_SESSIONS : (int) Math.max(1, Math.min(MOST_SESSIONS, most - 2));
  }

  private String startupMessage(PKCS11Exception e) {
    String token = "the token '" + options.tokenLabel() + "'";
    long code = e.getErrorCode();
    if (code == PKCS11Constants.CKR_PIN_LOCKED) {
      return "the PIN of " + token + " is locked after too many wrong tries; its security officer must set a new one";
    }
    if (code == PKCS11Constants.CKR_USER_PIN_NOT_INITIALIZED) {
      return token + " has no user PIN yet; its security officer must set one";
    }
    if (code == PKCS11Constants.CKR_PIN_EXPIRED) {
      return "the PIN of " + token + " has expired; set a new one with the vendor's tool and write it into "
          + options.pinFile();
    }
    if (Ckr.pinRefused(e)) {
      return token + " refuses the PIN in " + options.pinFile() + " (" + Ckr.name(e) + "); correct the file."
          + " It was tried once; several wrong tries lock a token";
    }
    return "cannot sign in to " + token + " of " + module.path() + ": " + Ckr.name(e);
  }
}
