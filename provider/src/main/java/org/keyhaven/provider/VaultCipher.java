package org.keyhaven.provider;

import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import java.util.Arrays;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import org.keyhaven.client.wire.EncryptionAlgorithm.Scheme;
import org.keyhaven.client.wire.KeyType;

/**
 * Every {@code Cipher} of the provider. With a key in a vault {@code update} keeps what it is given, and {@code doFinal}
 * sends it: one call, {@link HeldInput#MOST_BYTES} at most, and the vault may take less. Any other key, a public one above
 * all, goes to the next provider that takes it.
 */
final class VaultCipher extends CipherSpi {
  private static final byte[] NOTHING = new byte[0];

  private final CipherService service;
  // The first three are set with a key in a vault, the fourth with any other.
  private CipherMode mode;
  private RemoteCiphering remote;
  private HeldInput input;
  private Cipher local;

  VaultCipher(CipherService service) {
    this.service = service;
  }

  /** JCA asks for the parts of a name where it takes this for an algorithm alone. */
  @Override
  protected void engineSetMode(String name) throws NoSuchAlgorithmException {
    if (service.scheme() != Scheme.RSA_PKCS1 || !name.equalsIgnoreCase("ECB")) {
      throw new NoSuchAlgorithmException(service.name() + " in mode " + name);
    }
  }

  @Override
  protected void engineSetPadding(String name) throws NoSuchPaddingException {
    if (service.scheme() != Scheme.RSA_PKCS1 || !name.equalsIgnoreCase("PKCS1Padding")) {
      throw new NoSuchPaddingException(service.name() + " with padding " + name);
    }
  }

  @Override
  protected int engineGetBlockSize() {
    if (local != null) {
      return local.getBlockSize();
    }
    return switch (service.scheme()) {
      case RSA_PKCS1, RSA_OAEP -> 0;
      case AES_GCM, AES_CBC, AES_CBC_PAD, AES_KW, AES_KWP -> AesCiphering.BLOCK;
    };
  }

  @Override
  protected int engineGetOutputSize(int inputLength) {
    return local != null ? local.getOutputSize(inputLength) : started().outputSize(input.length() + inputLength);
  }

  @Override
  protected byte[] engineGetIV() {
    if (local != null) {
      return local.getIV();
    }
    return remote == null ? null : remote.iv();
  }

  @Override
  protected AlgorithmParameters engineGetParameters() {
    if (local != null) {
      return local.getParameters();
    }
    return remote == null ? null : remote.parameters();
  }

  @Override
  protected int engineGetKeySize(Key key) throws InvalidKeyException {
    if (key instanceof RSAKey rsa) {
      return rsa.getModulus().bitLength();
    }
    if (key instanceof VaultSecretKey secret) {
      return secret.bits().orElseThrow(() -> new InvalidKeyException("the vault does not say the length of the " + key));
    }
    byte[] encoded = key.getEncoded();
    if (encoded == null) {
      throw new InvalidKeyException("a key whose length is unknown: " + key.getAlgorithm());
    }
    int bits = 8 * encoded.length;
    Arrays.fill(encoded, (byte) 0);
    return bits;
  }

  @Override
  protected void engineInit(int opmode, Key key, SecureRandom random) throws InvalidKeyException {
    try {
      init(opmode, key, null, random, cipher -> {
        if (random == null) {
          cipher.init(opmode, key);
        } else {
          cipher.init(opmode, key, random);
        }
      });
    } catch (InvalidAlgorithmParameterException e) {
      // So it is said where parameters are needed and none were given.
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  @Override
  protected void engineInit(int opmode, Key key, AlgorithmParameterSpec parameters, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    init(opmode, key, parameters, random, cipher -> {
      if (random == null) {
        cipher.init(opmode, key, parameters);
      } else {
        cipher.init(opmode, key, parameters, random);
      }
    });
  }

  @Override
  protected void engineInit(int opmode, Key key, AlgorithmParameters parameters, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    init(opmode, key, isRemote(key) && parameters != null ? decoded(parameters) : null, random, cipher -> {
      if (random == null) {
        cipher.init(opmode, key, parameters);
      } else {
        cipher.init(opmode, key, parameters, random);
      }
    });
  }

  private void init(int opmode, Key key, AlgorithmParameterSpec parameters, SecureRandom random,
      NextProvider.Initialization<Cipher> delegation) throws InvalidKeyException, InvalidAlgorithmParameterException {
    forget();
    if (key == null) {
      throw new InvalidKeyException("no key was given");
    }
    if (!isRemote(key)) {
      local = NextProvider.cipher(service, delegation);
      return;
    }
    CipherMode started = CipherMode.of(opmode);
    if (service.family() == KeyType.Family.RSA && key instanceof VaultRsaPrivateKey rsa) {
      remote = RsaCiphering.start(service, started, rsa, parameters);
    } else if (service.family() == KeyType.Family.OCT && key instanceof VaultSecretKey secret) {
      remote = AesCiphering.start(service, started, secret, parameters, random);
    } else {
      throw new InvalidKeyException(service.name() + " needs "
          + (service.family() == KeyType.Family.RSA ? "an RSA" : "a symmetric") + " key, and this is a " + key);
    }
    input = new HeldInput(remote.mostBytes());
    mode = started;
  }

  private static boolean isRemote(Key key) {
    return key instanceof VaultPrivateKey || key instanceof VaultSecretKey;
  }

  private AlgorithmParameterSpec decoded(AlgorithmParameters parameters) throws InvalidAlgorithmParameterException {
    try {
      return switch (service.scheme()) {
        case RSA_OAEP -> parameters.getParameterSpec(OAEPParameterSpec.class);
        case AES_GCM -> parameters.getParameterSpec(GCMParameterSpec.class);
        case AES_CBC, AES_CBC_PAD, AES_KW, AES_KWP -> parameters.getParameterSpec(IvParameterSpec.class);
        case RSA_PKCS1 -> throw new InvalidAlgorithmParameterException(service.name() + " takes no parameters");
      };
    } catch (InvalidParameterSpecException e) {
      throw new InvalidAlgorithmParameterException("not parameters of " + service.name(), e);
    }
  }

  @Override
  protected void engineUpdateAAD(byte[] bytes, int offset, int length) {
    if (local != null) {
      local.updateAAD(bytes, offset, length);
      return;
    }
    RemoteCiphering ciphering = started();
    if (input.length() > 0) {
      throw new IllegalStateException("additional data come before the rest");
    }
    ciphering.updateAad(bytes, offset, length);
  }

  @Override
  protected void engineUpdateAAD(ByteBuffer source) {
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    engineUpdateAAD(bytes, 0, bytes.length);
  }

  @Override
  protected byte[] engineUpdate(byte[] bytes, int offset, int length) {
    if (local != null) {
      return local.update(bytes, offset, length);
    }
    started();
    input.add(bytes, offset, length);
    return NOTHING;
  }

  @Override
  protected int engineUpdate(byte[] bytes, int offset, int length, byte[] output, int outputOffset)
      throws ShortBufferException {
    if (local != null) {
      return local.update(bytes, offset, length, output, outputOffset);
    }
    started();
    input.add(bytes, offset, length);
    return 0;
  }

  @Override
  protected byte[] engineDoFinal(byte[] bytes, int offset, int length)
      throws IllegalBlockSizeException, BadPaddingException {
    if (local != null) {
      return bytes == null ? local.doFinal() : local.doFinal(bytes, offset, length);
    }
    RemoteCiphering ciphering = started();
    if (bytes != null) {
      input.add(bytes, offset, length);
    }
    if (input.tooLong()) {
      input.clear();
      ciphering.reset();
      throw new IllegalBlockSizeException(service.name() + " takes at most " + input.most() + " bytes with this key");
    }
    byte[] whole = input.take();
    try {
      return ciphering.finish(whole);
    } finally {
      if (mode.forward()) {
        Arrays.fill(whole, (byte) 0);
      }
    }
  }

  @Override
  protected int engineDoFinal(byte[] bytes, int offset, int length, byte[] output, int outputOffset)
      throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
    if (local != null) {
      return bytes == null ? local.doFinal(output, outputOffset)
          : local.doFinal(bytes, offset, length, output, outputOffset);
    }
    // The caller may come again with a larger buffer and the same input, as Cipher says: nothing is forgotten.
    RemoteCiphering ciphering = started();
    int most = ciphering.outputSize(input.length() + length);
    int room = output.length - outputOffset;
    if (room < most && ciphering.isOutputSizeExact()) {
      throw new ShortBufferException("the result has " + most + " bytes, and there is room for " + room);
    }
    HeldInput before = room < most ? input.copy() : null;
    byte[] result = engineDoFinal(bytes, offset, length);
    try {
      if (room < result.length) {
        input = before;
        throw new ShortBufferException("the result has " + result.length + " bytes, and there is room for " + room);
      }
      System.arraycopy(result, 0, output, outputOffset, result.length);
      return result.length;
    } finally {
      Arrays.fill(result, (byte) 0);
    }
  }

  @Override
  protected byte[] engineWrap(Key key) throws IllegalBlockSizeException, InvalidKeyException {
    if (local != null) {
      return local.wrap(key);
    }
    byte[] encoded = key.getEncoded();
    if (encoded == null) {
      throw new InvalidKeyException("a key that does not show itself cannot be wrapped: " + key);
    }
    try {
      return started().wrap(encoded);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    if (local != null) {
      return local.unwrap(wrapped, algorithm, type);
    }
    byte[] encoded = started().unwrap(wrapped);
    try {
      return UnwrappedKeys.of(encoded, algorithm, type);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private RemoteCiphering started() {
    if (remote == null) {
      throw new IllegalStateException("not initialized");
    }
    return remote;
  }

  private void forget() {
    if (input != null) {
      input.clear();
    }
    mode = null;
    remote = null;
    input = null;
    local = null;
  }
}
