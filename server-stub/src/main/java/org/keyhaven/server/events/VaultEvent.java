package org.keyhaven.server.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.keyhaven.client.wire.ObjectId;
import org.keyhaven.server.vaults.Vault;
import org.keyhaven.server.vaults.VaultKind;

/**
 * An event ("Azure Event Grid event schema"; "Azure Key Vault as Event Grid source").
 *
 * @param id a UUID; the same at each delivery, so that receivers can tell a repetition
 * @param topic the vault, as a resource of Azure; there is no subscription here, and its identifier is all zeros
 * @param subject the object's name
 * @param eventTime ISO 8601, UTC
 */
public record VaultEvent(String id, String topic, String subject, String eventType, Data data, String dataVersion,
    String metadataVersion, String eventTime) {
  private static final String RESOURCES =
      "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/keyhaven/providers/Microsoft.KeyVault/";

  /** What happened to a key. */
  public enum Type {
    KEY_NEW_VERSION("Microsoft.KeyVault.KeyNewVersionCreated"),
    KEY_NEAR_EXPIRY("Microsoft.KeyVault.KeyNearExpiry"),
    KEY_EXPIRED("Microsoft.KeyVault.KeyExpired");

    private final String wireName;

    Type(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }
  }

  /** @param notBefore in seconds since 1970, as is {@code expires}; null for no bound */
  public record Data(@JsonProperty("Id") String id, @JsonProperty("VaultName") String vaultName,
      @JsonProperty("ObjectType") String objectType, @JsonProperty("ObjectName") String objectName,
      @JsonProperty("Version") String version,
      @JsonProperty("NBF") @JsonInclude(JsonInclude.Include.ALWAYS) Instant notBefore,
      @JsonProperty("EXP") @JsonInclude(JsonInclude.Include.ALWAYS) Instant expires) { }

  /**
   * @param vaultAddress where clients reach the vault
   * @param name of the key
   */
  public static VaultEvent ofKey(Type type, Vault vault, URI vaultAddress, String name, String version, Instant notBefore,
      Instant expires, Instant now) {
    String resource = (vault.kind() == VaultKind.VAULT ? "vaults/" : "managedHSMs/") + vault.name();
    return new VaultEvent(UUID.randomUUID().toString(), RESOURCES + resource, name, type.wireName(),
        new Data(new ObjectId(vaultAddress, "keys", name, version).toString(), vault.name(), "Key", name, version, notBefore,
            expires), "1", "1", now.toString());
  }
}
