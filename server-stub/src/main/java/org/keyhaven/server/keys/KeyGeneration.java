package org.keyhaven.server.keys;

import java.util.List;
import java.util.Set;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.hsm.GeneratedKey;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.KeySpec;
import org.keyhaven.server.vaults.Vault;
import org.keyhaven.server.vaults.VaultKind;

/** Making key pairs: which types, sizes and curves a vault takes, with their defaults, and which engine makes them. */
final class KeyGeneration {
  private static final int DEFAULT_BITS = 2048;
  private static final Set<Integer> BITS = Set.of(2048, 3072, 4096);
  private static final long DEFAULT_EXPONENT = 65537;
  private static final long LARGEST_EXPONENT = 0xffff_ffffL;
  private static final List<KeyOperation> RSA_OPERATIONS = List.of(KeyOperation.ENCRYPT, KeyOperation.DECRYPT,
      KeyOperation.SIGN, KeyOperation.VERIFY, KeyOperation.WRAP_KEY, KeyOperation.UNWRAP_KEY);
  private static final List<KeyOperation> EC_OPERATIONS = List.of(KeyOperation.SIGN, KeyOperation.VERIFY);

  private KeyGeneration() { }

  /**
   * What a request asks for.
   *
   * @param bits null for the default of 2048
   * @param publicExponent null or 0 for the default of 65537
   * @param curve null for the default of P-256
   */
  record Request(KeyType kty, Integer bits, Long publicExponent, KeyCurve curve, boolean exportable) { }

  /** @throws ApiError 400 when the vault makes no such keys */
  static KeyMaterial generate(Vault vault, String id, Request request) {
    KeyType kty = typeIn(vault, request.kty());
    return generate(vault, id, kty, spec(kty, request), request.exportable());
  }

  /** Makes another key of the same kind. @throws ApiError 400 when the vault makes no such keys any more */
  static KeyMaterial generateLike(Vault vault, String id, KeyContent model) {
    return generate(vault, id, model.kty(), model.sealed().spec(), model.exportable() && model.releasePolicy() != null);
  }

  private static KeyMaterial generate(Vault vault, String id, KeyType kty, KeySpec spec, boolean exportable) {
    KeyEngine engine = engine(vault, kty);
    if (!engine.supports(spec)) {
      throw unsupported("The " + (kty.hsm() ? "HSM" : "server") + " cannot make keys of this size or curve: " + spec + ".");
    }
    GeneratedKey key = engine.generate(id, spec, exportable);
    return new KeyMaterial(kty, key.publicKey(), key.sealed(), engine.platform());
  }

  /** @throws ApiError 400 when it is an HSM's and the server runs without one */
  static KeyEngine engine(Vault vault, KeyType kty) {
    if (!kty.hsm()) {
      return vault.software();
    }
    return vault.hsm().orElseThrow(() -> unsupported("Key type " + kty + " needs an HSM, and this server runs without one. "
        + "Ask for " + KeyType.of(kty.family(), false) + " in a vault, or start the server with a PKCS#11 module."));
  }

  /**
   * The operations of a new or updated key.
   *
   * @param asked null for all that the type has
   * @throws ApiError 400 when the type has no such operation
   */
  static List<String> operations(KeyType kty, List<KeyOperation> asked) {
    List<KeyOperation> all = kty.family() == KeyType.Family.EC ? EC_OPERATIONS : RSA_OPERATIONS;
    if (asked == null) {
      return all.stream().map(KeyOperation::wireName).toList();
    }
    for (KeyOperation operation : asked) {
      if (operation == null || !all.contains(operation)) {
        throw ApiError.badParameter("Property 'key_ops' names an operation that a key of type " + kty + " does not have.");
      }
    }
    return asked.stream().distinct().map(KeyOperation::wireName).toList();
  }

  private static KeyType typeIn(Vault vault, KeyType asked) {
    if (asked == null) {
      throw ApiError.badParameter("Property 'kty' is required.");
    }
    if (asked.family() == KeyType.Family.OCT) {
      throw unsupported("Key type " + asked + " is not supported.");
    }
    // A Managed HSM has HSM keys alone, whichever of the two names the client used.
    return vault.kind() == VaultKind.MANAGED_HSM ? KeyType.of(asked.family(), true) : asked;
  }

  private static KeySpec spec(KeyType kty, Request request) {
    if (kty.family() == KeyType.Family.EC) {
      return new KeySpec.Ec(request.curve() == null ? KeyCurve.P_256 : request.curve());
    }
    int bits = request.bits() == null ? DEFAULT_BITS : request.bits();
    if (!BITS.contains(bits)) {
      throw ApiError.badParameter("Property 'key_size' must be 2048, 3072 or 4096 for an RSA key.");
    }
    // Microsoft's Java client sends 0 when its user asked for nothing.
    boolean unasked = request.publicExponent() == null || request.publicExponent() == 0;
    long exponent = unasked ? DEFAULT_EXPONENT : request.publicExponent();
    if (exponent < 3 || exponent > LARGEST_EXPONENT || exponent % 2 == 0) {
      throw ApiError.badParameter("Property 'public_exponent' must be an odd number from 3 to " + LARGEST_EXPONENT + ".");
    }
    return new KeySpec.Rsa(bits, exponent);
  }

  private static ApiError unsupported(String message) {
    return new ApiError(400, "BadParameter", "KeyTypeNotSupported", message, null);
  }
}
