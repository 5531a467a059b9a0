package org.keyhaven.server.admin;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import org.keyhaven.server.StartupException;

/**
 * What a server must find again when it restarts, decided at the first start.
 *
 * @param tenantId the built-in issuer's tenant
 * @param clientId the built-in client
 * @param clientSecret its secret, 256 random bits
 * @param objectId what access is granted to: the built-in client's service principal
 * @param engine which kind of engine the keys were made with; null until a first start got that far
 * @param tokenLabel the PKCS#11 token that holds the master keys; null for software keys alone
 * @param vaults what each vault that was ever made is called, by its identifier
 * @param softDeleteDays how long deleted objects can be recovered
 * @param purgeProtection whether nobody may purge earlier
 */
public record ServerState(String tenantId, String clientId, String clientSecret, String objectId, String engine,
    String tokenLabel, Map<String, String> vaults, int softDeleteDays, boolean purgeProtection) {
  private static final String VAULT = "vault.";
  private static final String SOFT_DELETE_DAYS = "soft.delete.days";
  private static final String PURGE_PROTECTION = "purge.protection";
  private static final String FORMAT = "1";
  private static final int DEFAULT_DAYS = 90;

  /** Reads the state of {@code directory}, or makes and stores a new one. */
  public static ServerState open(DataDirectory directory) {
    try {
      if (Files.exists(directory.stateFile())) {
        return read(directory);
      }
      byte[] secret = new byte[32];
      new SecureRandom().nextBytes(secret);
      ServerState state = new ServerState(UUID.randomUUID().toString(), UUID.randomUUID().toString(),
          Base64.getUrlEncoder().withoutPadding().encodeToString(secret), UUID.randomUUID().toString(), null, null,
          Map.of(), DEFAULT_DAYS, false);
      state.save(directory);
      return state;
    } catch (IOException e) {
      throw new StartupException("cannot read or write " + directory.stateFile() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Holds the server to the engine its keys were made with: remembers it at the first start, compares it later.
   *
   * @throws StartupException when the data directory was made with another engine, whose keys this one could not use
   */
  public ServerState withEngine(DataDirectory directory, String newEngine, String newTokenLabel) {
    if (engine == null) {
      return new ServerState(tenantId, clientId, clientSecret, objectId, newEngine, newTokenLabel, vaults, softDeleteDays,
          purgeProtection).saved(directory);
    }
    requireEngine(directory, newEngine, newTokenLabel);
    return this;
  }

  /** @throws StartupException when the data directory was made with another engine */
  public void requireEngine(DataDirectory directory, String newEngine, String newTokenLabel) {
    if (engine != null && !(engine.equals(newEngine) && String.valueOf(tokenLabel).equals(String.valueOf(newTokenLabel)))) {
      throw new StartupException("the data directory " + directory.path() + " was made with " + describe(engine, tokenLabel)
          + ", and its keys cannot be used with " + describe(newEngine, newTokenLabel)
          + "; start with the same options as before, or name another directory with --data");
    }
  }

  /**
   * Before vaults are opened, which makes those that are missing: one whose record was taken out of the database must not come
   * back empty.
   *
   * @param stored what the vaults of the database are called, by their identifiers
   * @throws StartupException when one is missing that was there
   */
  public void requireVaults(DataDirectory directory, Map<String, String> stored) {
    vaults.forEach((id, name) -> {
      if (!name.equals(stored.get(id))) {
        throw new StartupException("the database in " + directory.path() + " has lost the vault " + name + " (" + id
            + "), which it had at an earlier start; restore it from a backup");
      }
    });
  }

  /** Remembers vaults that were made. */
  public ServerState withVaults(DataDirectory directory, Map<String, String> stored) {
    return vaults.equals(stored) ? this
        : new ServerState(tenantId, clientId, clientSecret, objectId, engine, tokenLabel, stored, softDeleteDays,
            purgeProtection).saved(directory);
  }

  /**
   * Settles what deletion means, before the first vault is made: the days stay from then on, and purge protection can be
   * switched on later, but never off.
   *
   * @param days null for what it is already, at first 90
   * @param protect whether purge protection is asked for
   * @throws StartupException when the vaults were made with another number of days
   */
  public ServerState withSoftDelete(DataDirectory directory, Integer days, boolean protect) {
    boolean made = !vaults.isEmpty();
    if (made && days != null && days != softDeleteDays) {
      throw new StartupException("the vaults in " + directory.path() + " keep deleted objects " + softDeleteDays
          + " days, which cannot be changed; start without --soft-delete-days, or name another directory with --data");
    }
    int newDays = made ? softDeleteDays : days == null ? DEFAULT_DAYS : days;
    boolean newProtection = protect || made && purgeProtection;
    return newDays == softDeleteDays && newProtection == purgeProtection ? this
        : new ServerState(tenantId, clientId, clientSecret, objectId, engine, tokenLabel, vaults, newDays, newProtection)
            .saved(directory);
  }

  @Override
  public String toString() {
    return "ServerState[tenantId=" + tenantId + ", clientId=" + clientId + ", engine=" + engine + "]";
  }

  private static String describe(String engine, String tokenLabel) {
    return tokenLabel == null ? engine : engine + ", token \"" + tokenLabel + "\"";
  }

  private static ServerState read(DataDirectory directory) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(directory.stateFile())) {
      properties.load(in);
    } catch (IllegalArgumentException e) {
      throw damaged(directory, e);
    }
    if (!FORMAT.equals(properties.getProperty("format"))) {
      throw new StartupException("the data directory " + directory.path() + " has format " + properties.getProperty("format")
          + " and this keyhaven knows format " + FORMAT + " alone; use the version that made it");
    }
    for (String name : new String[] {"tenant.id", "client.id", "client.secret", "object.id"}) {
      if (properties.getProperty(name, "").isEmpty()) {
        throw damaged(directory, null);
      }
    }
    Map<String, String> vaults = properties.stringPropertyNames().stream().filter(name -> name.startsWith(VAULT))
        .collect(Collectors.toMap(name -> name.substring(VAULT.length()), properties::getProperty));
    return new ServerState(properties.getProperty("tenant.id"), properties.getProperty("client.id"),
        properties.getProperty("client.secret"), properties.getProperty("object.id"), properties.getProperty("engine"),
        properties.getProperty("token.label"), vaults, days(directory, properties),
        Boolean.parseBoolean(properties.getProperty(PURGE_PROTECTION)));
  }

  private static int days(DataDirectory directory, Properties properties) {
    try {
      return Integer.parseInt(properties.getProperty(SOFT_DELETE_DAYS, Integer.toString(DEFAULT_DAYS)));
    } catch (NumberFormatException e) {
      throw damaged(directory, e);
    }
  }

  private static StartupException damaged(DataDirectory directory, Exception cause) {
    return new StartupException(directory.stateFile() + " is damaged; restore it from a backup", cause);
  }

  private ServerState saved(DataDirectory directory) {
    try {
      save(directory);
      return this;
    } catch (IOException e) {
      throw new StartupException("cannot write " + directory.stateFile() + ": " + e.getMessage(), e);
    }
  }

  private void save(DataDirectory directory) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("format", FORMAT);
    properties.setProperty("tenant.id", tenantId);
    properties.setProperty("client.id", clientId);
    properties.setProperty("client.secret", clientSecret);
    properties.setProperty("object.id", objectId);
    if (engine != null) {
      properties.setProperty("engine", engine);
    }
    if (tokenLabel != null) {
      properties.setProperty("token.label", tokenLabel);
    }
    vaults.forEach((id, name) -> properties.setProperty(VAULT + id, name));
    properties.setProperty(SOFT_DELETE_DAYS, Integer.toString(softDeleteDays));
    properties.setProperty(PURGE_PROTECTION, Boolean.toString(purgeProtection));
    StringWriter text = new StringWriter();
    properties.store(text, "Keyhaven: what this data directory was made with. Secret.");
    PrivateFile.write(directory.stateFile(), text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
