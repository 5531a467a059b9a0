package org.keyhaven.server.vaults;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.keyhaven.server.StartupException;
import org.keyhaven.server.store.Database;
import org.keyhaven.server.store.Partition;

/** The vaults that a server serves, by kind and name. Thread-safe. */
public final class Vaults implements AutoCloseable {
  private final Map<Address, Vault> vaults;
  private final VaultFamily family;

  private Vaults(Map<Address, Vault> vaults, VaultFamily family) {
    this.vaults = vaults;
    this.family = family;
  }

  private record Address(VaultKind kind, String lowerName) {
    static Address of(VaultKind kind, String name) {
      return new Address(kind, name.toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Opens the defined vaults, making those that do not exist yet.
   *
   * @throws StartupException when a vault's data key does not open with this HSM or master-key file
   */
  public static Vaults open(Database database, List<VaultDefinition> definitions, VaultEngines engines) {
    VaultFamily family = new VaultFamily(database, engines);
    Map<Address, Vault> open = new LinkedHashMap<>();
    for (VaultDefinition definition : definitions) {
      open.put(Address.of(definition.kind(), definition.name()), open(family, definition));
    }
    return new Vaults(open, family);
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
    family.close();
  }

  private static Vault open(VaultFamily family, VaultDefinition definition) {
    String id = family.find(definition.kind(), definition.name())
        .orElseGet(() -> family.create(definition.kind(), definition.name()));
    VaultKeys keys = family.keys(id).orElseThrow();
    return new Vault(definition.name(), definition.kind(), new Partition(id, keys.rows()), keys.software(), keys.hsm(),
        definition.softDelete(), family);
  }
}
