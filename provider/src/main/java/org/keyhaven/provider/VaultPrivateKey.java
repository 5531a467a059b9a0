package org.keyhaven.provider;

import java.security.PrivateKey;
import java.security.PublicKey;
import org.keyhaven.client.wire.ObjectId;

/**
 * A private key that stays in its vault: an identifier and the public half. {@link #getFormat()} and {@link #getEncoded()}
 * are null and there is no secret in it, so it may be kept and shared freely; it refuses serialization, since a copy could
 * not reach the vault. RSA keys are also {@link java.security.interfaces.RSAKey} and EC keys
 * {@link java.security.interfaces.ECKey}, which is how JSSE and the tools see their size.
 *
 * <p>Immutable and thread-safe. There is nothing in it to destroy: {@link #destroy()} throws
 * {@link javax.security.auth.DestroyFailedException}, as by default. The key itself is deleted in the vault, by whoever may.
 */
public sealed interface VaultPrivateKey extends PrivateKey permits VaultRsaPrivateKey, VaultEcPrivateKey {

  /** The key's identifier with its version: a later version of the same name is another key. */
  ObjectId id();

  /** The public half, an ordinary JDK key (secp256k1 excepted, which the JDK has not). */
  PublicKey publicKey();
}
