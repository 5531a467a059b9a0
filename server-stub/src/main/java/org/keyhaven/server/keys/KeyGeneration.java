package org.keyhaven.server.keys;

import java.util.Set;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.ApiError;
import org.keyhaven.server.hsm.GeneratedKey;
import org.keyhaven.server.hsm.KeyEngine;
import org.keyhaven.server.hsm.KeySpec;
import org.keyhaven.server.vaults.Vault;

/** Making keys: sizes and curves, with their defaults. */
final class KeyGeneration {
  private static final int DEFAULT_RSA_BITS = 2048;
  private static final Set<Integer> RSA_BITS = Set.of(2048, 3072, 4096);
  private static final int DEFAULT_OCT_BITS = 256;
  private static final Set<Integer> OCT_BITS = Set.of(128, 192, 256);
  private static final long DEFAULT_EXPONENT = 65537;
  private static final long LARGEST_EXPONENT = 0xffff_ffffL;

  private KeyGeneration() { }

  /**
   * What a request asks for.
   *
   * @param kty one that the vault has ({@link KeyTypes#in})
   * @param bits null for the default: 2048 for RSA, 256 for symmetric keys
   * @param publicExponent null or 0 for the default of 65537
   * @param curve null for the default of P-256
   */
  record Request(KeyType kty, Integer bits, Long publicExponent, KeyCurve curve, boolean exportable) { }

  /** @throws ApiError 400 when the vault makes no such keys */
  static KeyMaterial generate(Vault vault, String id, Request request) {
    return generate(vault, id, request.kty(), spec(request), request.exportable());
  }

  /** Makes another key of the same kind. @throws ApiError 400 when the vault makes no such keys any more */
  static KeyMaterial generateLike(Vault vault, String id, KeyContent model) {
    return generate(vault, id, model.kty(), model.sealed().spec(), model.exportable() && model.releasePolicy() != null);
  }

  private static KeyMaterial generate(Vault vault, String id, KeyType kty, KeySpec spec, boolean exportable) {
    KeyEngine engine = KeyEngines.of(vault, kty);
    if (!engine.supports(spec)) {
      throw KeyTypes.unsupported("The " + (engine.hsm() ? "HSM" : "server") + " cannot make keys of this size or curve: "
          + spec.description() + ".");
    }
    GeneratedKey key = engine.generate(id, spec, exportable);
    return new KeyMaterial(kty, key.publicKey(), key.sealed(), engine.platform());
  }

  private static KeySpec spec(Request request) {
    return switch (request.kty().family()) {
      case RSA -> new KeySpec.Rsa(bits(request, DEFAULT_RSA_BITS, RSA_BITS, "2048, 3072 or 4096 for an RSA key"),
          exponent(request));
      case EC -> new KeySpec.Ec(request.curve() == null ? KeyCurve.P_256 : request.curve());
      case OCT -> new KeySpec.Oct(bits(request, DEFAULT_OCT_BITS, OCT_BITS, "128, 192 or 256 for a symmetric key"));
    };
  }

  private static int bits(Request request, int byDefault, Set<Integer> allowed, String description) {
    int bits = request.bits() == null ? byDefault : request.bits();
    if (!allowed.contains(bits)) {
      throw ApiError.badParameter("Property 'key_size' must be " + description + ".");
    }
    return bits;
  }

  private static long exponent(Request request) {
    // Microsoft's Java client sends 0 when its user asked for nothing.
    boolean unasked = request.publicExponent() == null || request.publicExponent() == 0;
    long exponent = unasked ? DEFAULT_EXPONENT : request.publicExponent();
    if (exponent < 3 || exponent > LARGEST_EXPONENT || exponent % 2 == 0) {
      throw ApiError.badParameter("Property 'public_exponent' must be an odd number from 3 to " + LARGEST_EXPONENT + ".");
    }
    return exponent;
  }
}
