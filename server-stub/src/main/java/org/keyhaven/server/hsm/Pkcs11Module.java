package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.CK_C_INITIALIZE_ARGS;
import iaik.pkcs.pkcs11.wrapper.CK_TOKEN_INFO;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.keyhaven.server.StartupException;
import org.xipki.pkcs11.wrapper.PKCS11Constants;
import org.xipki.pkcs11.wrapper.PKCS11Module;
import org.xipki.pkcs11.wrapper.StaticLogger;

/**
 * A PKCS#11 library, loaded and initialised once a process, as the standard has it. It is finalised only for its one user
 * ({@link #restart}), for that ends the sessions of every user of the library in this process.
 */
final class Pkcs11Module {
  private static final Map<Path, Pkcs11Module> LOADED = new HashMap<>();

  private static final String ENTRY_POINT = "C_GetFunctionList";

  private final Path path;
  /** Its finaliser unloads the library, so it must stay reachable. */
  private final PKCS11Module library;
  private final String reserved;
  /** Guarded by this. */
  private int users;

  private Pkcs11Module(Path path, PKCS11Module library, String reserved) {
    this.path = path;
    this.library = library;
    this.reserved = reserved;
  }

  /** @throws StartupException when there is no such file, or it is no PKCS#11 library, or it does not start */
  static Pkcs11Module load(Path module) {
    return load(module, null);
  }

  /**
   * @param reserved what {@code pReserved} of C_Initialize says to a module that wants to be told (NSS: where its database
   *     is); null for nothing, as the standard has it. Of no account when the module is loaded already
   */
  static Pkcs11Module load(Path module, String reserved) {
    Path path;
    try {
      path = module.toRealPath();
    } catch (IOException e) {
      throw new StartupException("there is no PKCS#11 module " + module + "; give the HSM's library with --pkcs11", e);
    }
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      throw new StartupException("the PKCS#11 module " + module + " is not a file that this user can read");
    }
    requireEntryPoint(path);
    synchronized (LOADED) {
      Pkcs11Module loaded = LOADED.get(path);
      if (loaded == null) {
        loaded = new Pkcs11Module(path, connect(path), reserved);
        loaded.initialize();
        LOADED.put(path, loaded);
      }
      return loaded;
    }
  }

  /** The adapter takes the whole JVM down when a library has no such function, so its name is looked for first. */
  private static void requireEntryPoint(Path path) {
    try {
      if (!new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1).contains(ENTRY_POINT)) {
        throw new StartupException(path + " is not a PKCS#11 module: it has no " + ENTRY_POINT);
      }
    } catch (IOException e) {
      throw new StartupException("cannot read the PKCS#11 module " + path + ": " + e.getMessage(), e);
    }
  }

  private static PKCS11Module connect(Path path) {
    StaticLogger.setLogger(new WrapperLog());
    try {
      return PKCS11Module.getInstance(path.toString());
    } catch (IOException e) {
      throw new StartupException(path + " is not a PKCS#11 module of this machine's kind: " + firstLine(e), e);
    } catch (UnsatisfiedLinkError e) {
      throw new StartupException("the PKCS#11 adapter cannot be loaded from " + System.getProperty("java.io.tmpdir")
          + "; set -Djava.io.tmpdir to a directory that allows native code: " + firstLine(e), e);
    }
  }

  /** C_Initialize with locking by the operating system; harmless when some other code has done it. */
  void initialize() {
    try {
      if (reserved == null) {
        library.initialize();
      } else {
        initializeReserved();
      }
    } catch (PKCS11Exception e) {
      if (e.getErrorCode() != PKCS11Constants.CKR_CRYPTOKI_ALREADY_INITIALIZED) {
        throw new StartupException("the PKCS#11 module " + path + " does not start: " + Ckr.name(e), e);
      }
    } catch (org.xipki.pkcs11.wrapper.PKCS11Exception e) {
      if (e.getErrorCode() != PKCS11Constants.CKR_CRYPTOKI_ALREADY_INITIALIZED) {
        throw new StartupException("the PKCS#11 module " + path + " does not start: " + e.getErrorName()
            + "; see the HSM's own log and configuration", e);
      }
    }
  }

  /** From here until he leaves, somebody uses the module. Waits while it is restarted. */
  synchronized void join() {
    users++;
  }

  synchronized void leave() {
    users--;
  }

  /**
   * C_Finalize and C_Initialize, when there is but one user: every session, object and login is gone then, and so is what
   * the module keeps of those that were.
   *
   * @param closing closes the sessions of that user, who makes no call meanwhile
   * @return whether that was done; without it nothing was, not even the closing
   * @throws PKCS11Exception when the module does not end; the sessions are closed
   * @throws StartupException when the module does not start again; the sessions are closed
   */
  synchronized boolean restart(Runnable closing) throws PKCS11Exception {
    if (users > 1) {
      return false;
    }
    closing.run();
    api().C_Finalize(null);
    initialize();
    return true;
  }

  private void initializeReserved() throws PKCS11Exception {
    CK_C_INITIALIZE_ARGS arguments = new CK_C_INITIALIZE_ARGS();
    arguments.flags = PKCS11Constants.CKF_OS_LOCKING_OK;
    arguments.pReserved = reserved.toCharArray();
    api().C_Initialize(arguments, true);
  }

  PKCS11 api() {
    return library.getPKCS11Module();
  }

  Path path() {
    return path;
  }

  /** The slot whose initialised token has this label. */
  OptionalLong slotOf(String label) throws PKCS11Exception {
    for (long slot : api().C_GetSlotList(true)) {
      CK_TOKEN_INFO info = api().C_GetTokenInfo(slot);
      if (initialized(info) && label.equals(label(info))) {
        return OptionalLong.of(slot);
      }
    }
    return OptionalLong.empty();
  }

  /** A slot whose token is still blank. */
  OptionalLong blankSlot() throws PKCS11Exception {
    for (long slot : api().C_GetSlotList(true)) {
      if (!initialized(api().C_GetTokenInfo(slot))) {
        return OptionalLong.of(slot);
      }
    }
    return OptionalLong.empty();
  }

  /** The labels of the initialised tokens, for messages. */
  List<String> labels() throws PKCS11Exception {
    List<String> labels = new ArrayList<>();
    for (long slot : api().C_GetSlotList(true)) {
      CK_TOKEN_INFO info = api().C_GetTokenInfo(slot);
      if (initialized(info)) {
        labels.add(label(info));
      }
    }
    return labels;
  }

  private static boolean initialized(CK_TOKEN_INFO info) {
    return (info.flags & PKCS11Constants.CKF_TOKEN_INITIALIZED) != 0;
  }

  private static String label(CK_TOKEN_INFO info) {
    return new String(info.label).stripTrailing();
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
