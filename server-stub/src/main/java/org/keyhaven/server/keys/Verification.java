package org.keyhaven.server.keys;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** Verifies signatures over digests with public keys, in this process. */
final class Verification {
  private Verification() { }

  /** @return false for a wrong signature, of whatever length; key, algorithm and digest must fit together */
  static boolean verify(JsonWebKey key, SignatureAlgorithm algorithm, byte[] digest, byte[] signature) {
    try {
      Signature verifier = switch (algorithm.scheme()) {
        case RSA_PKCS1 -> Signature.getInstance("NONEwithRSA", PublicKeys.PROVIDER);
        case RSA_PSS -> pss(algorithm.hash());
        case ECDSA -> Signature.getInstance("NONEwithECDSAinP1363Format", PublicKeys.PROVIDER);
        case HMAC -> throw new IllegalArgumentException(algorithm + " has no public key");
      };
      verifier.initVerify(PublicKeys.of(key));
      boolean digestInfo = algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PKCS1 && algorithm.hash() != null;
      verifier.update(digestInfo ? digestInfo(algorithm.hash(), digest) : digest);
      return matches(verifier, signature);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a stored public key cannot be used with " + algorithm, e);
    }
  }

  /** A signature that cannot even be parsed is as wrong as any other. */
  private static boolean matches(Signature verifier, byte[] signature) {
    try {
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false;
    }
  }

  private static Signature pss(Hash hash) throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("RAWRSASSA-PSS", PublicKeys.PROVIDER);
    verifier.setParameter(new PSSParameterSpec(hash.digestName(), "MGF1", new MGF1ParameterSpec(hash.digestName()),
        hash.bytes(), PSSParameterSpec.TRAILER_FIELD_BC));
    return verifier;
  }

  /** RFC 8017, section 9.2. */
  private static byte[] digestInfo(Hash hash, byte[] digest) throws IOException {
    var algorithm = switch (hash) {
      case SHA_256 -> NISTObjectIdentifiers.id_sha256;
      case SHA_384 -> NISTObjectIdentifiers.id_sha384;
      case SHA_512 -> NISTObjectIdentifiers.id_sha512;
    };
    return new DigestInfo(new AlgorithmIdentifier(algorithm, DERNull.INSTANCE), digest).getEncoded("DER");
  }
}
