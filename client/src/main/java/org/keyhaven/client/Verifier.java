package org.keyhaven.client;

import java.security.GeneralSecurityException;
import java.util.Optional;
import org.keyhaven.client.wire.JsonWebKey;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** Verifies signatures with a public key, without the vault. Thread-safe. */
interface Verifier {

  /**
   * @param algorithm one that fits the key
   * @param digest as long as the algorithm's hash; any bytes for RSNULL
   * @param signature in the vault's form; of any length and content
   */
  boolean verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature) throws GeneralSecurityException;

  /**
   * The verifier of a key; empty when this JVM cannot do its curve.
   *
   * @throws GeneralSecurityException when the key is none: a point off its curve, an even modulus
   */
  static Optional<Verifier> of(JsonWebKey key) throws GeneralSecurityException {
    if (key.kty().family() == KeyType.Family.RSA) {
      return Optional.of(new RsaVerifier(key));
    }
    return EcVerifier.of(key);
  }
}
