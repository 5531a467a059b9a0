package org.keyhaven.server.keys;

import java.math.BigInteger;
import java.util.List;
import org.keyhaven.client.wire.Json;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyCurve;
import org.keyhaven.client.wire.KeyReleasePolicy;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.hsm.KeySpec;
import org.keyhaven.server.hsm.SealedKey;

/**
 * What the database keeps of one key version beside its attributes and tags; the row's MAC covers all of it.
 *
 * @param keyOps wire names
 * @param materialId the {@link SealedKey#id} of {@code material}; not always this version's: a certificate may keep its key
 * @param managed whether the key belongs to a certificate
 * @param releasePolicy null unless the key is exportable by release
 */
record KeyContent(KeyType kty, List<String> keyOps, byte[] n, byte[] e, KeyCurve crv, byte[] x, byte[] y, String materialId,
    byte[] material, boolean managed, boolean exportable, String platform,
    KeyReleasePolicy releasePolicy) {

  /** @param releasePolicy null unless the key is exportable */
  static KeyContent of(KeyMaterial key, List<String> keyOps, boolean managed, boolean exportable,
      KeyReleasePolicy releasePolicy) {
    JsonWebKey publicKey = key.publicKey();
    return new KeyContent(key.kty(), keyOps, publicKey.n(), publicKey.e(), publicKey.crv(), publicKey.x(), publicKey.y(),
        key.sealed().id(), key.sealed().blob(), managed, exportable, key.platform(), releasePolicy);
  }

  static KeyContent read(byte[] stored) {
    return Json.mapper().readValue(stored, KeyContent.class);
  }

  byte[] write() {
    return Json.mapper().writeValueAsBytes(this);
  }

  KeyContent withKeyOps(List<String> newKeyOps) {
    return new KeyContent(kty, newKeyOps, n, e, crv, x, y, materialId, material, managed, exportable, platform,
        releasePolicy);
  }

  KeyContent withReleasePolicy(KeyReleasePolicy newPolicy) {
    return new KeyContent(kty, keyOps, n, e, crv, x, y, materialId, material, managed, exportable, platform, newPolicy);
  }

  /** The public half, unnamed. */
  JsonWebKey publicKey() {
    return new JsonWebKey(null, kty, null, n, e, crv, x, y);
  }

  KeyMaterial keyMaterial() {
    return new KeyMaterial(kty, publicKey(), sealed(), platform);
  }

  SealedKey sealed() {
    KeySpec spec = kty.family() == KeyType.Family.EC ? new KeySpec.Ec(crv)
        : new KeySpec.Rsa(new BigInteger(1, n).bitLength(), new BigInteger(1, e).longValueExact());
    return new SealedKey(materialId, spec, material);
  }
}
