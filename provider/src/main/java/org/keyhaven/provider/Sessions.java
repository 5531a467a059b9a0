package org.keyhaven.provider;

import java.security.InvalidParameterException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keyhaven.client.VaultException;

/**
 * The sessions used last, one for each way to reach a vault. One that falls out, for instance because its token was replaced
 * by another, lives on as long as a key store or a key uses it. Thread-safe.
 */
final class Sessions {
  /** More than a program has vaults, and few enough for those with credentials of the past. */
  static final int MOST = 16;

  private final Map<Settings.Connection, VaultSession> recent = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Settings.Connection, VaultSession> eldest) {
      return size() > MOST;
    }
  };

  /**
   * Reads the CA file of a new one, which begins to connect to its vault; waits for no network.
   *
   * @throws InvalidParameterException when the address, a token or a file cannot be used, with the reason
   */
  synchronized VaultSession get(Settings.Connection connection) {
    VaultSession session = recent.get(connection);
    if (session == null) {
      session = open(connection);
      recent.put(connection, session);
    }
    return session;
  }

  private static VaultSession open(Settings.Connection connection) {
    try {
      return new VaultSession(connection);
    } catch (IllegalArgumentException | VaultException e) {
      InvalidParameterException invalid = new InvalidParameterException(e.getMessage());
      invalid.initCause(e);
      throw invalid;
    }
  }
}
