package org.keyhaven.provider;

import java.security.SignatureException;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** The one private operation of a key in a vault. Thread-safe. */
@FunctionalInterface
interface RemoteSigner {

  /**
   * Signs in the vault, within the client's deadline.
   *
   * @param value the digest of the algorithm's length; for RSNULL the bytes to pad
   * @return the signature as the service gives it: r||s for ECDSA
   * @throws SignatureException with the vault's reason
   */
  byte[] sign(SignatureAlgorithm algorithm, byte[] value) throws SignatureException;
}
