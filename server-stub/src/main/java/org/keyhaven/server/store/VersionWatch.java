package org.keyhaven.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.keyhaven.server.StartupException;

/**
 * Tells whether the database changed: SQLite counts, for each connection, the commits of all others, those of other
 * processes included (PRAGMA data_version). This connection does nothing else, so it misses none. Thread-safe.
 */
final class VersionWatch implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement query;
  private final ReentrantLock lock = new ReentrantLock();

  private VersionWatch(Connection connection, PreparedStatement query) {
    this.connection = connection;
    this.query = query;
  }

  /** @throws StartupException when there is no connection to be had */
  static VersionWatch open(DataSource source) {
    try {
      Connection connection = source.getConnection();
      return new VersionWatch(connection, connection.prepareStatement("PRAGMA data_version"));
    } catch (SQLException e) {
      throw new StartupException("The database cannot be watched: " + e.getMessage(), e);
    }
  }

  long version() {
    lock.lock();
    try (ResultSet row = query.executeQuery()) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException("the database does not tell its version", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      query.close();
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("a connection to the database does not close", e);
    } finally {
      lock.unlock();
    }
  }
}
