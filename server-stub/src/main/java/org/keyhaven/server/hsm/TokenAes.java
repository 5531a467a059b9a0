package org.keyhaven.server.hsm;

import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.util.Optional;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.Wrapper;
import org.bouncycastle.crypto.engines.RFC3394WrapEngine;
import org.bouncycastle.crypto.engines.RFC5649WrapEngine;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * AES block by block in the token (CKM_AES_ECB), for the modes that a module lacks or gets wrong: the key stays in the token,
 * the mode around it is Bouncy Castle's. KW and KWP always go this way. PKCS#11 wraps key objects, not octets, and an object
 * that may wrap could wrap other keys; SoftHSM moreover fills what it wraps with zeros to a multiple of 8, which RFC 5649 does
 * not.
 */
final class TokenAes implements BlockCipher {
  /** Bouncy Castle insists on some key; it never sees the true one. */
  private static final KeyParameter NO_KEY = new KeyParameter(new byte[16]);
  private static final byte[] NO_AAD = {};

  private final PKCS11 api;
  private final long session;
  private final long key;
  private boolean encrypting;

  /** Carries the token's refusal through Bouncy Castle. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(PKCS11Exception cause) {
      super(cause);
    }
  }

  /** @param key an object that may encrypt and decrypt */
  TokenAes(PKCS11 api, long session, long key) {
    this.api = api;
    this.session = session;
    this.key = key;
  }

  /** RFC 3394 or RFC 5649. */
  byte[] wrap(EncryptionAlgorithm.Scheme scheme, byte[] plaintext) throws PKCS11Exception {
    Wrapper engine = wrapper(scheme);
    engine.init(true, NO_KEY);
    try {
      return engine.wrap(plaintext, 0, plaintext.length);
    } catch (Refusal e) {
      throw (PKCS11Exception) e.getCause();
    }
  }

  /** @return empty when it was not wrapped with this key */
  Optional<byte[]> unwrap(EncryptionAlgorithm.Scheme scheme, byte[] wrapped) throws PKCS11Exception {
    Wrapper engine = wrapper(scheme);
    engine.init(false, NO_KEY);
    try {
      return Optional.of(engine.unwrap(wrapped, 0, wrapped.length));
    } catch (InvalidCipherTextException e) {
      return Optional.empty();
    } catch (Refusal e) {
      throw (PKCS11Exception) e.getCause();
    }
  }

  /** GCM with the tag behind the ciphertext; empty when decryption finds the tag wrong. */
  Optional<byte[]> gcm(boolean encrypt, byte[] iv, byte[] aad, byte[] input) throws PKCS11Exception {
    try {
      var mode = GCMBlockCipher.newInstance(this);
      mode.init(encrypt, new AEADParameters(NO_KEY, Mechanisms.GCM_TAG_BITS, iv, aad == null ? NO_AAD : aad));
      byte[] output = new byte[mode.getOutputSize(input.length)];
      int done = mode.processBytes(input, 0, input.length, output, 0);
      mode.doFinal(output, done);
      return Optional.of(output);
    } catch (InvalidCipherTextException e) {
      return Optional.empty();
    } catch (Refusal e) {
      throw (PKCS11Exception) e.getCause();
    }
  }

  private Wrapper wrapper(EncryptionAlgorithm.Scheme scheme) {
    return scheme == EncryptionAlgorithm.Scheme.AES_KW ? new RFC3394WrapEngine(this) : new RFC5649WrapEngine(this);
  }

  @Override
  public void init(boolean forEncryption, CipherParameters parameters) {
    encrypting = forEncryption;
  }

  @Override
  public String getAlgorithmName() {
    return "AES";
  }

  @Override
  public int getBlockSize() {
    return CipherRules.BLOCK;
  }

  @Override
  public int processBlock(byte[] in, int inOffset, byte[] out, int outOffset) {
    byte[] block = new byte[CipherRules.BLOCK];
    System.arraycopy(in, inOffset, block, 0, block.length);
    try {
      byte[] result;
      if (encrypting) {
        api.C_EncryptInit(session, Mechanisms.plain(PKCS11Constants.CKM_AES_ECB), key, true);
        result = api.C_Encrypt(session, block);
      } else {
        api.C_DecryptInit(session, Mechanisms.plain(PKCS11Constants.CKM_AES_ECB), key, true);
        result = api.C_Decrypt(session, block);
      }
      System.arraycopy(result, 0, out, outOffset, block.length);
      return block.length;
    } catch (PKCS11Exception e) {
      throw new Refusal(e);
    }
  }

  @Override
  public void reset() {
    // Every block stands alone.
  }
}
