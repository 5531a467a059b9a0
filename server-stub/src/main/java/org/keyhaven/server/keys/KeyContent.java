package org.keyhaven.server.keys;

import java.math.BigInteger;
import java.util.List;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyReleasePolicy;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.hsm.KeySpec;
import org.keyhaven.server.hsm.SealedKey;
import org.keyhaven.server.json.Json;

/**
 * What the database keeps of one key version beside its attributes and tags; the row's MAC covers all of it.
 *
 * @param keyOps wire names
 * @param bits the length of a symmetric key; null for the others
 * @param materialId the {@link SealedKey#id} of {@code material}; not always this version's: a certificate may keep its key
 * @param keeper the vault whose engine {@code material} belongs to; null for the one that the key is in, which is another
 *     one's for a key that was restored from there
 * @param managed whether the key belongs to a certificate
 * @param releasePolicy null unless the key is exportable by release, or unwraps for environments that it trusts
 */
record KeyContent(KeyType kty, List<String> keyOps, byte[] n, byte[] e, KeyCurve crv, byte[] x, byte[] y, Integer bits,
    String materialId, byte[] material, String keeper, boolean managed, boolean exportable, KeyReleasePolicy releasePolicy,
    String platform) {

  /** @param releasePolicy null unless the key is exportable, or {@link #secured} */
  static KeyContent of(KeyMaterial key, List<String> keyOps, boolean managed, boolean exportable,
      KeyReleasePolicy releasePolicy) {
    JsonWebKey publicKey = key.publicKey();
    Integer bits = key.sealed().spec() instanceof KeySpec.Oct oct ? oct.bits() : null;
    return new KeyContent(key.kty(), keyOps, publicKey.n(), publicKey.e(), publicKey.crv(), publicKey.x(), publicKey.y(),
        bits, key.sealed().id(), key.sealed().blob(), null, managed, exportable, releasePolicy, key.platform());
  }

  static KeyContent read(byte[] stored) {
    return Json.mapper().readValue(stored, KeyContent.class);
  }

  byte[] write() {
    return Json.mapper().writeValueAsBytes(this);
  }

  /** Whether it is a key that does nothing but secure wrapping. */
  boolean secured() {
    return releasePolicy != null && !exportable;
  }

  KeyContent withKeyOps(List<String> newKeyOps) {
    return new KeyContent(kty, newKeyOps, n, e, crv, x, y, bits, materialId, material, keeper, managed, exportable,
        releasePolicy, platform);
  }

  KeyContent withReleasePolicy(KeyReleasePolicy newPolicy) {
    return new KeyContent(kty, keyOps, n, e, crv, x, y, bits, materialId, material, keeper, managed, exportable, newPolicy,
        platform);
  }

  KeyContent keptBy(String vaultId) {
    return new KeyContent(kty, keyOps, n, e, crv, x, y, bits, materialId, material, vaultId, managed, exportable,
        releasePolicy, platform);
  }

  /** The public half, unnamed; of a symmetric key the type alone. */
  JsonWebKey publicKey() {
    return new JsonWebKey(null, kty, null, n, e, crv, x, y);
  }

  KeyMaterial keyMaterial() {
    return new KeyMaterial(kty, publicKey(), sealed(), platform);
  }

  SealedKey sealed() {
    return new SealedKey(materialId, spec(), material);
  }

  /** Length in bits: of the modulus, of the curve's field, or of the symmetric key. */
  int length() {
    return switch (kty.family()) {
      case RSA -> new BigInteger(1, n).bitLength();
      case EC -> crv.fieldBits();
      case OCT -> bits;
    };
  }

  private KeySpec spec() {
    return switch (kty.family()) {
      case RSA -> new KeySpec.Rsa(length(), new BigInteger(1, e).longValueExact());
      case EC -> new KeySpec.Ec(crv);
      case OCT -> new KeySpec.Oct(bits);
    };
  }
}
