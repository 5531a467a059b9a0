package org.keyhaven.provider;

import java.lang.ref.Reference;
import java.security.SignatureException;
import java.util.function.Supplier;
import org.keyhaven.client.CryptographyClient;
import org.keyhaven.client.DecryptParameters;
import org.keyhaven.client.EncryptParameters;
import org.keyhaven.client.EncryptResult;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** One key in a vault at work. It holds the session, so that the connections live as long as the key. Thread-safe. */
final class RemoteKey implements RemoteSigner, RemoteCipher {
  private final VaultSession session;
  private final CryptographyClient cryptography;

  RemoteKey(VaultSession session, CryptographyClient cryptography) {
    this.session = session;
    this.cryptography = cryptography;
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, byte[] value) throws SignatureException {
    try {
      return cryptography.sign(algorithm, value);
    } catch (VaultException e) {
      throw new SignatureException(e.getMessage(), e);
    } finally {
      Reference.reachabilityFence(session);
    }
  }

  @Override
  public EncryptResult encrypt(EncryptParameters parameters) {
    return held(() -> cryptography.encrypt(parameters));
  }

  @Override
  public byte[] decrypt(DecryptParameters parameters) {
    return held(() -> cryptography.decrypt(parameters).plaintext());
  }

  @Override
  public byte[] wrapKey(EncryptionAlgorithm algorithm, byte[] key) {
    return held(() -> cryptography.wrapKey(algorithm, key).encryptedKey());
  }

  @Override
  public byte[] unwrapKey(EncryptionAlgorithm algorithm, byte[] wrapped) {
    return held(() -> cryptography.unwrapKey(algorithm, wrapped).key());
  }

  private <T> T held(Supplier<T> work) {
    try {
      return work.get();
    } finally {
      Reference.reachabilityFence(session);
    }
  }
}
