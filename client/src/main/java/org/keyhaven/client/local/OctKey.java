package org.keyhaven.client.local;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.Hash;
import org.keyhaven.client.wire.KeyOperation;
import org.keyhaven.client.wire.KeyType;
import org.keyhaven.client.wire.SignatureAlgorithm;

/** AES in all of the service's modes, and HMAC, by SunJCE. */
final class OctKey implements LocalKey {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;
  private final int bits;

  /** @param octets copied */
  OctKey(byte[] octets) throws InvalidKeyException {
    if (octets == null || octets.length == 0) {
      throw new InvalidKeyException("a symmetric key without octets");
    }
    this.key = new SecretKeySpec(octets, "AES");
    this.bits = 8 * octets.length;
  }

  @Override
  public Set<KeyOperation> operations() {
    return LocalKey.everything();
  }

  @Override
  public int bits() {
    return bits;
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, byte[] data) throws GeneralSecurityException {
    Mac mac = mac(algorithm);
    return mac.doFinal(data);
  }

  @Override
  public boolean verify(SignatureAlgorithm algorithm, byte[] data, byte[] signature) throws GeneralSecurityException {
    return MessageDigest.isEqual(sign(algorithm, data), signature);
  }

  /** An HMAC that has begun; SunJCE's, of the hash of the row. */
  Mac mac(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    if (algorithm.scheme() != SignatureAlgorithm.Scheme.HMAC) {
      throw LocalKey.misfit(algorithm, KeyType.Family.OCT);
    }
    Hash hash = algorithm.hash();
    Mac mac = Mac.getInstance("Hmac" + hash.signaturePrefix(), "SunJCE");
    mac.init(key);
    return mac;
  }

  @Override
  public Ciphertext encrypt(EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv, byte[] aad)
      throws GeneralSecurityException {
    requireFit(algorithm);
    Inputs.requirePlaintext(plaintext);
    switch (algorithm.scheme()) {
      case AES_GCM -> Inputs.requireAbsent(algorithm, "iv: it makes its own", iv);
      case AES_CBC -> Inputs.requireBlocks(algorithm, plaintext);
      case AES_CBC_PAD -> { }
      case AES_KW -> Inputs.requireSemiblocks(algorithm, plaintext, 2);
      case AES_KWP -> { }
      case RSA_PKCS1, RSA_OAEP -> throw LocalKey.misfit(algorithm, KeyType.Family.OCT);
    }
    if (algorithm.scheme() != EncryptionAlgorithm.Scheme.AES_GCM) {
      return new Ciphertext(run(algorithm, Cipher.ENCRYPT_MODE, iv, aad, plaintext), iv, null);
    }
    byte[] fresh = new byte[Inputs.GCM_IV];
    RANDOM.nextBytes(fresh);
    byte[] sealed = run(algorithm, Cipher.ENCRYPT_MODE, fresh, aad, plaintext);
    int end = sealed.length - Inputs.GCM_TAG;
    return new Ciphertext(Arrays.copyOf(sealed, end), fresh, Arrays.copyOfRange(sealed, end, sealed.length));
  }

  @Override
  public byte[] decrypt(EncryptionAlgorithm algorithm, Ciphertext ciphertext, byte[] aad) throws GeneralSecurityException {
    requireFit(algorithm);
    byte[] value = ciphertext.value();
    if (algorithm.scheme() == EncryptionAlgorithm.Scheme.AES_GCM) {
      Inputs.requireLength(algorithm, "tag", ciphertext.tag(), Inputs.GCM_TAG);
      byte[] sealed = Arrays.copyOf(value, value.length + Inputs.GCM_TAG);
      System.arraycopy(ciphertext.tag(), 0, sealed, value.length, Inputs.GCM_TAG);
      return run(algorithm, Cipher.DECRYPT_MODE, ciphertext.iv(), aad, sealed);
    }
    Inputs.requireAbsent(algorithm, "tag", ciphertext.tag());
    switch (algorithm.scheme()) {
      case AES_CBC, AES_CBC_PAD -> Inputs.requireBlocks(algorithm, value);
      case AES_KW -> Inputs.requireSemiblocks(algorithm, value, 3);
      case AES_KWP -> Inputs.requireSemiblocks(algorithm, value, 2);
      case AES_GCM, RSA_PKCS1, RSA_OAEP -> throw LocalKey.misfit(algorithm, KeyType.Family.OCT);
    }
    return run(algorithm, Cipher.DECRYPT_MODE, ciphertext.iv(), aad, value);
  }

  private byte[] run(EncryptionAlgorithm algorithm, int mode, byte[] iv, byte[] aad, byte[] input)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(switch (algorithm.scheme()) {
      case AES_GCM -> "AES/GCM/NoPadding";
      case AES_CBC -> "AES/CBC/NoPadding";
      case AES_CBC_PAD -> "AES/CBC/PKCS5Padding";
      case AES_KW -> "AES/KW/NoPadding";
      case AES_KWP -> "AES/KWP/NoPadding";
      case RSA_PKCS1, RSA_OAEP -> throw LocalKey.misfit(algorithm, KeyType.Family.OCT);
    }, "SunJCE");
    cipher.init(mode, key, parameters(algorithm, iv, aad));
    if (aad != null) {
      cipher.updateAAD(aad);
    }
    return cipher.doFinal(input);
  }

  private static AlgorithmParameterSpec parameters(EncryptionAlgorithm algorithm, byte[] iv, byte[] aad)
      throws InvalidAlgorithmParameterException {
    if (algorithm.scheme() == EncryptionAlgorithm.Scheme.AES_GCM) {
      Inputs.requireLength(algorithm, "iv", iv, Inputs.GCM_IV);
      return new GCMParameterSpec(8 * Inputs.GCM_TAG, iv);
    }
    Inputs.requireAbsent(algorithm, "aad", aad);
    if (algorithm.wraps()) {
      Inputs.requireAbsent(algorithm, "iv", iv);
      return null;
    }
    Inputs.requireLength(algorithm, "iv", iv, Inputs.BLOCK);
    return new IvParameterSpec(iv);
  }

  private void requireFit(EncryptionAlgorithm algorithm) throws InvalidAlgorithmParameterException {
    if (!algorithm.fits(KeyType.Family.OCT, bits)) {
      throw new InvalidAlgorithmParameterException(algorithm + " is not for a symmetric key of " + bits + " bits");
    }
  }

  @Override
  public String toString() {
    return "a symmetric key of " + bits + " bits";
  }
}
