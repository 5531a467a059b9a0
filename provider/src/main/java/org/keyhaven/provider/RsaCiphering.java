package org.keyhaven.provider;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.security.SignatureException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.BadPaddingException;
import javax.crypto.IllegalBlockSizeException;
import org.keyhaven.client.DecryptParameters;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.EncryptionAlgorithm.Scheme;

/** RSA with a private key in a vault: decrypts and unwraps, and with PKCS#1 v1.5 signs what is encrypted, as SunJCE does. */
final class RsaCiphering implements RemoteCiphering {
  /** PKCS#1 v1.5 padding at the least (RFC 8017, section 9.2). */
  private static final int PKCS1_OVERHEAD = 11;

  private final CipherMode mode;
  private final VaultRsaPrivateKey key;
  private final EncryptionAlgorithm row;

  private RsaCiphering(CipherMode mode, VaultRsaPrivateKey key, EncryptionAlgorithm row) {
    this.mode = mode;
    this.key = key;
    this.row = row;
  }

  /**
   * Begins with a key.
   *
   * @param parameters null for none
   * @throws UnsupportedOperationException for JSSE's way to unwrap a premaster secret, upon which JSSE decrypts
   */
  static RsaCiphering start(CipherService service, CipherMode mode, VaultRsaPrivateKey key,
      AlgorithmParameterSpec parameters) throws InvalidKeyException, InvalidAlgorithmParameterException {
    key.forAnyScheme(service.name());
    if (service.scheme() == Scheme.RSA_OAEP) {
      EncryptionAlgorithm row = OaepParameters.row(service, parameters);
      if (mode.forward()) {
        throw new InvalidKeyException("encrypt and wrap with the public half: this is a " + key);
      }
      return new RsaCiphering(mode, key, row);
    }
    if (parameters != null) {
      if (mode == CipherMode.UNWRAP) {
        // TLS versions of a premaster secret, in a class of the JDK's own. Their check belongs after decryption, where it
        // tells a stranger nothing, and that is what JSSE does when it hears this.
        throw new UnsupportedOperationException(service.name() + " unwraps without parameters");
      }
      throw new InvalidAlgorithmParameterException(service.name() + " takes no parameters");
    }
    if (mode == CipherMode.WRAP) {
      throw new InvalidKeyException("wrap with the public half: this is a " + key);
    }
    return new RsaCiphering(mode, key, EncryptionAlgorithm.RSA1_5);
  }

  @Override
  public int mostBytes() {
    return mode.forward() ? key.modulusBytes() - PKCS1_OVERHEAD : key.modulusBytes();
  }

  @Override
  public void updateAad(byte[] bytes, int offset, int length) {
    throw new IllegalStateException("RSA has no additional data");
  }

  @Override
  public void reset() { }

  @Override
  public byte[] finish(byte[] input) throws BadPaddingException {
    if (mode.forward()) {
      return signed(input);
    }
    requireWhole(input);
    try {
      return key.cipher().decrypt(DecryptParameters.of(row, input));
    } catch (VaultException e) {
      if (VaultRefusals.ofData(e)) {
        throw bad(e);
      }
      throw VaultRefusals.unchecked(e);
    }
  }

  private byte[] signed(byte[] input) {
    try {
      return RemoteSigning.signRaw(key, input);
    } catch (SignatureException e) {
      throw new ProviderException(e.getMessage(), e);
    }
  }

  @Override
  public byte[] wrap(byte[] encoded) {
    throw new IllegalStateException("not initialized for wrapping");
  }

  @Override
  public byte[] unwrap(byte[] wrapped) throws InvalidKeyException {
    try {
      requireWhole(wrapped);
      return key.cipher().unwrapKey(row, wrapped);
    } catch (VaultException e) {
      throw VaultRefusals.invalidKey(e);
    } catch (BadPaddingException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  /** The JDK takes a shorter one for a number with zeros in front, which RFC 8017 (section 7.1.2, step 1) does not. */
  private void requireWhole(byte[] ciphertext) throws BadPaddingException {
    if (ciphertext.length != key.modulusBytes()) {
      throw new BadPaddingException("a ciphertext of this key has " + key.modulusBytes() + " bytes, not "
          + ciphertext.length);
    }
  }

  private static BadPaddingException bad(VaultException cause) {
    BadPaddingException bad = new BadPaddingException(cause.getMessage());
    bad.initCause(cause);
    return bad;
  }

  @Override
  public byte[] iv() {
    return null;
  }

  @Override
  public AlgorithmParameters parameters() {
    if (row.oaepDigest() == null) {
      return null;
    }
    try {
      AlgorithmParameters result = AlgorithmParameters.getInstance("OAEP", "SunJCE");
      result.init(OaepParameters.of(row));
      return result;
    } catch (GeneralSecurityException e) {
      throw new ProviderException("these OAEP parameters have no encoding", e);
    }
  }

  @Override
  public int outputSize(int input) {
    return key.modulusBytes();
  }

  @Override
  public boolean isOutputSizeExact() {
    return mode.forward();
  }
}
