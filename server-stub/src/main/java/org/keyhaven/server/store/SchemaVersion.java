package org.keyhaven.server.store;

/** The newest migration in {@code db/migration}; each migration also sets its number as the file's {@code user_version}. */
final class SchemaVersion {
  static final int CURRENT = 2;

  private SchemaVersion() { }
}
