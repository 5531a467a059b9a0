package org.keyhaven.server.vaults;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.StartupException;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.Sealer;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Partition;
import org.keyhaven.server.store.RowSeal;

/** The open vaults of a server, by kind and name. Thread-safe. */
public final class Vaults implements AutoCloseable {
  private static final int KEY_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<Address, Vault> vaults;

  private Vaults(Map<Address, Vault> vaults) {
    this.vaults = vaults;
  }

  private record Address(VaultKind kind, String lowerName) {
    static Address of(VaultKind kind, String name) {
      return new Address(kind, name.toLowerCase(Locale.ROOT));
    }
  }

  private record Row(String id, String name, byte[] dataKey) { }

  /**
   * Opens the defined vaults, making those that do not exist yet: an identifier, and a data key sealed under the vault's
   * master key, from which the key of software keys and the key of row MACs are derived.
   *
   * @throws StartupException when a vault's data key does not open with this HSM or master-key file
   */
  public static Vaults open(Database database, List<VaultDefinition> definitions, VaultEngines engines) {
    Map<Address, Vault> open = new LinkedHashMap<>();
    for (VaultDefinition definition : definitions) {
      open.put(Address.of(definition.kind(), definition.name()), openOne(database, definition, engines));
    }
    return new Vaults(open);
  }

  /** The vault of this kind and name; the case of the name does not matter. */
  public Optional<Vault> find(VaultKind kind, String name) {
    return Optional.ofNullable(vaults.get(Address.of(kind, name)));
  }

  public List<Vault> all() {
    return List.copyOf(vaults.values());
  }

  /** Closes the vaults' engines. */
  @Override
  public void close() {
    List<KeyEngine> engines = new ArrayList<>();
    vaults.values().forEach(vault -> {
      engines.add(vault.software());
      vault.hsm().ifPresent(engines::add);
    });
    engines.forEach(KeyEngine::close);
  }

  private static Vault openOne(Database database, VaultDefinition definition, VaultEngines engines) {
    Row row = stored(database, definition).orElseGet(() -> create(database, definition, engines));
    byte[] dataKey;
    try {
      dataKey = engines.sealer(row.id()).unseal(row.dataKey(), context(row.id(), definition.kind(), row.name()));
    } catch (ApiError e) {
      throw new StartupException("The " + definition.kind().domain() + " vault '" + row.name()
          + "' was sealed by another HSM "
          + "token or master-key file, or its record was changed. Start with the token it was made with, or use another "
          + "--data directory.", e);
    }
    try {
      Partition partition = new Partition(row.id(), new RowSeal(derive(dataKey, "keyhaven row integrity")));
      return new Vault(row.name(), definition.kind(), partition,
          engines.software(row.id(), derive(dataKey, "keyhaven software keys")), engines.hsm(row.id()),
          definition.softDelete());
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }

  private static Optional<Row> stored(Database database, VaultDefinition definition) {
    return database.read(handle -> handle
        .createQuery("SELECT id, name, data_key FROM vault WHERE kind = :kind AND name = :name")
        .bind("kind", definition.kind().name()).bind("name", definition.name())
        .map((row, context) -> new Row(row.getString("id"), row.getString("name"), row.getBytes("data_key")))
        .findOne());
  }

  private static Row create(Database database, VaultDefinition definition, VaultEngines engines) {
    String id = UUID.randomUUID().toString();
    engines.prepare(id);
    Sealer sealer = engines.sealer(id);
    byte[] dataKey = new byte[KEY_BYTES];
    RANDOM.nextBytes(dataKey);
    byte[] sealed = sealer.seal(dataKey, context(id, definition.kind(), definition.name()));
    Arrays.fill(dataKey, (byte) 0);
    database.write(handle -> handle
        .createUpdate("INSERT INTO vault (id, kind, name, data_key) VALUES (:id, :kind, :name, :dataKey)")
        .bind("id", id).bind("kind", definition.kind().name()).bind("name", definition.name()).bind("dataKey", sealed)
        .execute());
    return new Row(id, definition.name(), sealed);
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
