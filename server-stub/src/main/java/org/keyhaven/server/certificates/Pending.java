package org.keyhaven.server.certificates;

import java.math.BigInteger;
import java.util.Map;
import org.keyhaven.client.wire.Certificates.IssuerParameters;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.server.hsm.KeySpec;
import org.keyhaven.server.hsm.SealedKey;
import org.keyhaven.server.keys.KeyMaterial;

/**
 * The last operation on a certificate, as the database keeps it with the certificate's name.
 *
 * @param version what it makes
 * @param first whether the version is stored already, disabled, because the certificate has no other
 * @param key what the request is for; null once the operation is over
 * @param enabled what the certificate's attribute becomes
 * @param csr the request, DER
 */
record Pending(String version, boolean first, Key key, boolean exportable, boolean enabled, Map<String, String> tags,
    IssuerParameters issuer, byte[] csr, Status status, boolean cancellationRequested, String requestId) {

  enum Status { IN_PROGRESS, COMPLETED, CANCELLED }

  /** A key pair that belongs to no stored key version yet. */
  record Key(KeyType kty, JsonWebKey publicKey, String materialId, byte[] material, String platform) {
    static Key of(KeyMaterial key) {
      return new Key(key.kty(), key.publicKey(), key.sealed().id(), key.sealed().blob(), key.platform());
    }

    KeyMaterial toMaterial() {
      KeySpec spec = kty.family() == KeyType.Family.EC ? new KeySpec.Ec(publicKey.crv())
          : new KeySpec.Rsa(new BigInteger(1, publicKey.n()).bitLength(), new BigInteger(1, publicKey.e()).longValueExact());
      return new KeyMaterial(kty, publicKey, new SealedKey(materialId, spec, material), platform);
    }
  }

  boolean inProgress() {
    return status == Status.IN_PROGRESS;
  }

  Pending ended(Status newStatus) {
    return new Pending(version, first, null, exportable, enabled, tags, issuer, csr, newStatus,
        cancellationRequested || newStatus == Status.CANCELLED, requestId);
  }
}
