package org.keyhaven.server.vaults;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.StartupException;
import org.keyhaven.server.hsm.DataSealer;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.Sealer;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.RowSeal;

/**
 * All vaults of one database and its HSM (or master-key file), served at present or not. What one of them backed up, any
 * other of its kind can restore: the restored key stays sealed by the vault that it was made in, whose engines open it
 * through this. Thread-safe.
 */
public final class VaultFamily implements AutoCloseable {
  private static final int KEY_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Database database;
  private final VaultEngines engines;
  private final Map<String, VaultKeys> open = new ConcurrentHashMap<>();

  VaultFamily(Database database, VaultEngines engines) {
    this.database = database;
    this.engines = engines;
  }

  private record Row(String id, VaultKind kind, String name, byte[] dataKey) { }

  /**
   * The keys of a vault; opened at first use.
   *
   * @return empty when the family has no such vault
   * @throws StartupException when the vault's data key does not open with this HSM or master-key file
   */
  public Optional<VaultKeys> keys(String vaultId) {
    VaultKeys known = open.get(vaultId);
    return known != null ? Optional.of(known) : openOnce(vaultId);
  }

  /** The identifier of a vault. @return empty when there is none of this kind and name */
  Optional<String> find(VaultKind kind, String name) {
    return database.read(handle -> handle.createQuery("SELECT id FROM vault WHERE kind = :kind AND name = :name")
        .bind("kind", kind.name()).bind("name", name).mapTo(String.class).findOne());
  }

  /** Makes a vault: an identifier, and a data key sealed under the vault's master key. @return the identifier */
  String create(VaultKind kind, String name) {
    String id = UUID.randomUUID().toString();
    engines.prepare(id);
    byte[] dataKey = new byte[KEY_BYTES];
    RANDOM.nextBytes(dataKey);
    byte[] sealed = engines.sealer(id).seal(dataKey, context(id, kind, name));
    Arrays.fill(dataKey, (byte) 0);
    database.write(handle -> handle
        .createUpdate("INSERT INTO vault (id, kind, name, data_key) VALUES (:id, :kind, :name, :dataKey)")
        .bind("id", id).bind("kind", kind.name()).bind("name", name).bind("dataKey", sealed)
        .execute());
    return id;
  }

  /** Closes the engines of all vaults that were opened. */
  @Override
  public void close() {
    open.values().forEach(keys -> {
      keys.software().close();
      keys.hsm().ifPresent(KeyEngine::close);
    });
  }

  private synchronized Optional<VaultKeys> openOnce(String vaultId) {
    if (!open.containsKey(vaultId)) {
      stored(vaultId).ifPresent(row -> open.put(vaultId, open(row)));
    }
    return Optional.ofNullable(open.get(vaultId));
  }

  private Optional<Row> stored(String vaultId) {
    return database.read(handle -> handle.createQuery("SELECT id, kind, name, data_key FROM vault WHERE id = :id")
        .bind("id", vaultId)
        .map((row, context) -> new Row(row.getString("id"), VaultKind.valueOf(row.getString("kind")), row.getString("name"),
            row.getBytes("data_key")))
        .findOne());
  }

  private VaultKeys open(Row row) {
    byte[] dataKey;
    try {
      dataKey = engines.sealer(row.id()).unseal(row.dataKey(), context(row.id(), row.kind(), row.name()));
    } catch (ApiError e) {
      throw new StartupException("The " + row.kind().domain() + " vault '" + row.name()
          + "' was sealed by another HSM token or master-key file, or its record was changed. Start with the token it was "
          + "made with, or use another --data directory.", e);
    }
    try {
      return new VaultKeys(engines.software(row.id(), derive(dataKey, "keyhaven software keys")), engines.hsm(row.id()),
          new RowSeal(derive(dataKey, "keyhaven row integrity")), new DataSealer(derive(dataKey, "keyhaven backups")));
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }

  private static byte[] context(String id, VaultKind kind, String name) {
    return ("keyhaven vault " + id + "/" + kind + "/" + name).getBytes(StandardCharsets.UTF_8);
  }

  /** HKDF-Expand (RFC 5869) for one block; the data key is uniformly random, so there is nothing to extract. */
  private static byte[] derive(byte[] dataKey, String purpose) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(dataKey, "HmacSHA256"));
      mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
      mac.update((byte) 1);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", e);
    }
  }
}
