package org.keyhaven.server.access;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.vaults.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access policies of all vaults: which permissions a principal has in a vault. What is not granted is denied. A policy
 * that was edited in the database is not used. Thread-safe; a grant holds from the moment it returns.
 */
public final class AccessPolicies {
  private static final Logger LOG = LoggerFactory.getLogger(AccessPolicies.class);
  private static final String TABLE = "access_policy";

  private final Database database;
  private final Map<Grantee, Set<Permission>> grants = new ConcurrentHashMap<>();

  private record Grantee(String vaultId, String principalId) { }

  private record Row(String principalId, String permissions, byte[] mac) { }

  private AccessPolicies(Database database) {
    this.database = database;
  }

  /** Reads and checks the policies of the vaults. */
  public static AccessPolicies open(Database database, List<Vault> vaults) {
    AccessPolicies policies = new AccessPolicies(database);
    vaults.forEach(policies::load);
    return policies;
  }

  /** Whether the principal has the permission in the vault. */
  public boolean allows(Vault vault, Principal principal, Permission permission) {
    return grants.getOrDefault(new Grantee(vault.id(), principal.objectId()), Set.of()).contains(permission);
  }

  /**
   * Sets what a principal may do in a vault, in place of what it could do before.
   *
   * @param principalId the object id of its tokens
   */
  public synchronized void grant(Vault vault, String principalId, Set<Permission> permissions) {
    String names = permissions.stream().map(Permission::wireName).collect(Collectors.toCollection(TreeSet::new)).stream()
        .collect(Collectors.joining(" "));
    byte[] mac = vault.partition().seal().mac(TABLE, vault.id(), principalId, names);
    database.write(handle -> write(handle, vault.id(), principalId, names, mac));
    grants.put(new Grantee(vault.id(), principalId), Set.copyOf(permissions));
  }

  private static int write(Handle handle, String vaultId, String principalId, String names, byte[] mac) {
    return handle
        .createUpdate("""
            INSERT INTO access_policy (vault_id, principal_id, permissions, mac) VALUES (:vault, :principal, :names, :mac)
            ON CONFLICT (vault_id, principal_id) DO UPDATE SET permissions = excluded.permissions, mac = excluded.mac""")
        .bind("vault", vaultId).bind("principal", principalId).bind("names", names).bind("mac", mac)
        .execute();
  }

  private void load(Vault vault) {
    List<Row> rows = database.read(handle -> handle
        .createQuery("SELECT principal_id, permissions, mac FROM access_policy WHERE vault_id = :vault")
        .bind("vault", vault.id())
        .map((row, context) -> new Row(row.getString("principal_id"), row.getString("permissions"), row.getBytes("mac")))
        .list());
    for (Row row : rows) {
      try {
        vault.partition().seal().verify(row.mac(), TABLE, vault.id(), row.principalId(), row.permissions());
        grants.put(new Grantee(vault.id(), row.principalId()), parse(row.permissions()));
      } catch (ApiError e) {
        // The alert is in the log already. Without its policy the principal is denied; the others keep theirs.
        LOG.warn("{}: the access policy above is ignored; grant it again", vault);
      }
    }
  }

  private static Set<Permission> parse(String names) {
    List<String> granted = Arrays.asList(names.split(" "));
    return Arrays.stream(Permission.values()).filter(permission -> granted.contains(permission.wireName()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Permission.class)));
  }
}
