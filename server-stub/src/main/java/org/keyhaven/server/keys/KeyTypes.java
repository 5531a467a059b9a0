package org.keyhaven.server.keys;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.vaults.Vault;
import org.keyhaven.server.vaults.VaultKind;

/** Which types of keys a vault takes, and what each can do (the tables of "About keys"). */
final class KeyTypes {
  private static final List<KeyOperation> RSA = List.of(KeyOperation.ENCRYPT, KeyOperation.DECRYPT, KeyOperation.SIGN,
      KeyOperation.VERIFY, KeyOperation.WRAP_KEY, KeyOperation.UNWRAP_KEY);
  private static final List<KeyOperation> EC = List.of(KeyOperation.SIGN, KeyOperation.VERIFY);
  private static final List<KeyOperation> OCT = List.of(KeyOperation.ENCRYPT, KeyOperation.DECRYPT, KeyOperation.WRAP_KEY,
      KeyOperation.UNWRAP_KEY);

  private static final Set<KeyOperation> SECURE = EnumSet.of(KeyOperation.SECURE_WRAP_KEY, KeyOperation.SECURE_UNWRAP_KEY);

  private KeyTypes() { }

  /** Whether the operations of a new key are those of secure wrapping. @param asked null for the default */
  static boolean secured(List<KeyOperation> asked) {
    return asked != null && asked.stream().anyMatch(SECURE::contains);
  }

  /**
   * The type that a key gets.
   *
   * @param hsm whether an HSM's was asked for in another way than by the type
   * @throws ApiError 400 when the vault takes no such keys
   */
  static KeyType in(Vault vault, KeyType asked, boolean hsm) {
    if (asked == null) {
      throw ApiError.badParameter("Property 'kty' is required.");
    }
    if (asked.family() == KeyType.Family.OCT && vault.kind() != VaultKind.MANAGED_HSM) {
      throw unsupported("Key type " + asked + " is not supported in a vault: only a Managed HSM has symmetric keys.");
    }
    // A Managed HSM has HSM keys alone, whichever of the two names the client used.
    return KeyType.of(asked.family(), asked.hsm() || hsm || vault.kind() == VaultKind.MANAGED_HSM);
  }

  /**
   * The operations of a new or updated key.
   *
   * @param asked null for what the type has by default
   * @param secured whether it is a key that does nothing but secure wrapping ({@link ReleaseTerms})
   * @throws ApiError 400 when the type has no such operation
   */
  static List<String> operations(KeyType kty, List<KeyOperation> asked, boolean exportable, boolean secured) {
    if (asked == null) {
      return defaults(kty).stream().map(KeyOperation::wireName).toList();
    }
    for (KeyOperation operation : asked) {
      if (operation == null || !has(kty, operation, exportable)) {
        throw ApiError.badParameter("Property 'key_ops' names an operation that a key of type " + kty + " does not have.");
      }
    }
    if (asked.stream().anyMatch(operation -> SECURE.contains(operation) != secured)) {
      throw ApiError.badParameter("Property 'key_ops': secureWrapKey and secureUnwrapKey are operations of keys that were "
          + "made for them, with a release policy and not exportable, and such keys have no others.");
    }
    if (asked.contains(KeyOperation.IMPORT) && asked.stream().distinct().count() > 1) {
      throw ApiError.badParameter("Property 'key_ops': the operation import stands alone, so that a key exchange key does "
          + "nothing else.");
    }
    return asked.stream().distinct().map(KeyOperation::wireName).toList();
  }

  /**
   * The operations of a key that is updated. Whether it is a key exchange key was decided when it was made: one that came to
   * decrypt would give away every key that was ever wrapped for it.
   *
   * @throws ApiError 400 when the type has no such operation, or import comes or goes
   */
  static List<String> changed(KeyContent key, List<KeyOperation> asked) {
    List<String> changed = operations(key.kty(), asked, key.exportable(), key.secured());
    String importing = KeyOperation.IMPORT.wireName();
    if (changed.contains(importing) != key.keyOps().contains(importing)) {
      throw ApiError.badParameter("Property 'key_ops': the operation import is decided when a key is made, and neither "
          + "comes nor goes later.");
    }
    return changed;
  }

  static ApiError unsupported(String message) {
    return new ApiError(400, "BadParameter", "KeyTypeNotSupported", message, null);
  }

  private static List<KeyOperation> defaults(KeyType kty) {
    return switch (kty.family()) {
      case RSA -> RSA;
      case EC -> EC;
      case OCT -> OCT;
    };
  }

  private static boolean has(KeyType kty, KeyOperation operation, boolean exportable) {
    return switch (operation) {
      // A key exchange key that could leave would open what was wrapped for the HSM alone.
      case IMPORT -> kty == KeyType.RSA_HSM && !exportable;
      case EXPORT -> exportable;
      case SECURE_WRAP_KEY, SECURE_UNWRAP_KEY -> kty.hsm() && kty.family() != KeyType.Family.EC;
      // A symmetric key may be one for HMAC.
      case SIGN, VERIFY -> true;
      default -> defaults(kty).contains(operation);
    };
  }
}
