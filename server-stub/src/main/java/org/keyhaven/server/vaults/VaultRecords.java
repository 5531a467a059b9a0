package org.keyhaven.server.vaults;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.keyhaven.server.store.Database;

/** The vaults that the database has, whether they are served or not. */
public final class VaultRecords {
  private VaultRecords() { }

  /** What each vault is called ({@code KIND/NAME}), by its identifier. */
  public static Map<String, String> names(Database database) {
    return database.read(handle -> handle.createQuery("SELECT id, kind, name FROM vault")
        .map((row, context) -> Map.entry(row.getString("id"), row.getString("kind") + "/" + row.getString("name"))).list())
        .stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, TreeMap::new));
  }
}
