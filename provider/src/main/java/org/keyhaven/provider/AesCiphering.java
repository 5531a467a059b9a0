package org.keyhaven.provider;

import java.io.ByteArrayOutputStream;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.keyhaven.client.DecryptParameters;
import org.keyhaven.client.EncryptParameters;
import org.keyhaven.client.EncryptResult;
import org.keyhaven.client.VaultException;
import org.keyhaven.client.wire.EncryptionAlgorithm;
import org.keyhaven.client.wire.EncryptionAlgorithm.Scheme;

/**
 * AES with a key in a Managed HSM.
 *
 * <p>The vault makes the IV of GCM, anew for each ciphertext, so that it is known only afterwards. Key wrapping goes to
 * wrapKey and unwrapKey whatever the mode, everything else to encrypt and decrypt, because no vault takes it otherwise.
 */
final class AesCiphering implements RemoteCiphering {
  static final int BLOCK = 16;
  private static final int SEMIBLOCK = 8;
  private static final int GCM_IV = 12;
  private static final int GCM_TAG = 16;
  /** The one initial value of RFC 3394, section 2.2.3.1, and of RFC 5649, section 3, which SunJCE shows as an IV. */
  private static final byte[] KW_IV = HexFormat.of().parseHex("a6a6a6a6a6a6a6a6");
  private static final byte[] KWP_IV = HexFormat.of().parseHex("a65959a6");
  private static final int[] KEY_BITS = {256, 128, 192};

  private final CipherService service;
  private final CipherMode mode;
  private final VaultSecretKey key;
  private final ByteArrayOutputStream aad = new ByteArrayOutputStream();
  private byte[] iv;

  private AesCiphering(CipherService service, CipherMode mode, VaultSecretKey key, byte[] iv) {
    this.service = service;
    this.mode = mode;
    this.key = key;
    this.iv = iv;
  }

  /**
   * Begins with a key.
   *
   * @param parameters null for none
   * @param random null for any
   * @throws InvalidAlgorithmParameterException also when there are none to decrypt with
   */
  static AesCiphering start(CipherService service, CipherMode mode, VaultSecretKey key, AlgorithmParameterSpec parameters,
      SecureRandom random) throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (key.bits().isPresent() && IntStream.of(KEY_BITS).noneMatch(bits -> bits == key.bits().getAsInt())) {
      throw new InvalidKeyException("a key of " + key.bits().getAsInt() + " bits is none for AES: " + key);
    }
    byte[] iv = switch (service.scheme()) {
      case AES_GCM -> gcmIv(mode, parameters);
      case AES_CBC, AES_CBC_PAD -> cbcIv(mode, parameters, random);
      case AES_KW -> wrapIv(KW_IV, parameters);
      case AES_KWP -> wrapIv(KWP_IV, parameters);
      case RSA_PKCS1, RSA_OAEP -> throw new InvalidKeyException(service.name() + " needs an RSA key, and this is a " + key);
    };
    return new AesCiphering(service, mode, key, iv);
  }

  private static byte[] gcmIv(CipherMode mode, AlgorithmParameterSpec parameters)
      throws InvalidAlgorithmParameterException {
    if (mode.forward()) {
      if (parameters != null) {
        throw new InvalidAlgorithmParameterException("the vault makes the IV of AES-GCM: give no parameters, and ask for"
            + " getIV or getParameters after doFinal");
      }
      return null;
    }
    if (parameters == null) {
      throw new InvalidAlgorithmParameterException("decrypting with AES-GCM needs a GCMParameterSpec with the IV");
    }
    if (!(parameters instanceof GCMParameterSpec gcm)) {
      throw new InvalidAlgorithmParameterException("AES-GCM takes a GCMParameterSpec, not a "
          + parameters.getClass().getName());
    }
    if (gcm.getTLen() != 8 * GCM_TAG || gcm.getIV().length != GCM_IV) {
      throw new InvalidAlgorithmParameterException("a vault has AES-GCM with an IV of " + GCM_IV + " bytes and a tag of "
          + 8 * GCM_TAG + " bits, not with " + gcm.getIV().length + " and " + gcm.getTLen());
    }
    return gcm.getIV();
  }

  private static byte[] cbcIv(CipherMode mode, AlgorithmParameterSpec parameters, SecureRandom random)
      throws InvalidAlgorithmParameterException {
    if (parameters instanceof IvParameterSpec given) {
      if (given.getIV().length != BLOCK) {
        throw new InvalidAlgorithmParameterException("the IV of AES-CBC has " + BLOCK + " bytes, not "
            + given.getIV().length);
      }
      return given.getIV();
    }
    if (parameters != null) {
      throw new InvalidAlgorithmParameterException("AES-CBC takes an IvParameterSpec, not a "
          + parameters.getClass().getName());
    }
    if (!mode.forward()) {
      throw new InvalidAlgorithmParameterException("decrypting with AES-CBC needs an IvParameterSpec");
    }
    byte[] fresh = new byte[BLOCK];
    (random == null ? new SecureRandom() : random).nextBytes(fresh);
    return fresh;
  }

  private static byte[] wrapIv(byte[] standard, AlgorithmParameterSpec parameters)
      throws InvalidAlgorithmParameterException {
    if (parameters != null && !(parameters instanceof IvParameterSpec given && Arrays.equals(given.getIV(), standard))) {
      throw new InvalidAlgorithmParameterException("a vault wraps with the standard initial value: give no parameters");
    }
    return standard;
  }

  @Override
  public int mostBytes() {
    return HeldInput.MOST_BYTES;
  }

  @Override
  public void updateAad(byte[] bytes, int offset, int length) {
    if (service.scheme() != Scheme.AES_GCM) {
      throw new IllegalStateException(service.name() + " has no additional data");
    }
    if (length > HeldInput.MOST_BYTES - aad.size()) {
      throw new IllegalStateException("no more than " + HeldInput.MOST_BYTES + " bytes of additional data go to a vault");
    }
    aad.write(bytes, offset, length);
  }

  @Override
  public void reset() {
    aad.reset();
  }

  @Override
  public byte[] finish(byte[] input) throws IllegalBlockSizeException, BadPaddingException {
    try {
      return mode.forward() ? forward(input) : back(input);
    } catch (VaultException e) {
      if (!VaultRefusals.ofData(e)) {
        throw VaultRefusals.unchecked(e);
      }
      if (mode.forward() || service.scheme() == Scheme.AES_KW || service.scheme() == Scheme.AES_KWP) {
        throw caused(new IllegalBlockSizeException(e.getMessage()), e);
      }
      throw caused(service.scheme() == Scheme.AES_GCM ? new AEADBadTagException(e.getMessage())
          : new BadPaddingException(e.getMessage()), e);
    } finally {
      reset();
    }
  }

  @Override
  public byte[] wrap(byte[] encoded) throws InvalidKeyException, IllegalBlockSizeException {
    try {
      return forward(encoded);
    } catch (VaultException e) {
      throw VaultRefusals.invalidKey(e);
    } finally {
      reset();
    }
  }

  @Override
  public byte[] unwrap(byte[] wrapped) throws InvalidKeyException {
    try {
      return back(wrapped);
    } catch (VaultException e) {
      throw VaultRefusals.invalidKey(e);
    } catch (GeneralSecurityException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    } finally {
      reset();
    }
  }

  private byte[] forward(byte[] input) throws IllegalBlockSizeException {
    return switch (service.scheme()) {
      case AES_GCM -> {
        iv = null;
        EncryptResult result = sized(Scheme.AES_GCM,
            row -> key.cipher().encrypt(new EncryptParameters(row, input, null, additional())));
        iv = result.iv();
        byte[] sealed = Arrays.copyOf(result.ciphertext(), result.ciphertext().length + result.tag().length);
        System.arraycopy(result.tag(), 0, sealed, result.ciphertext().length, result.tag().length);
        yield sealed;
      }
      case AES_CBC -> {
        requireBlocks(input, BLOCK, 0);
        yield input.length == 0 ? input : cbc(Scheme.AES_CBC, input);
      }
      case AES_CBC_PAD -> {
        if (input.length > 0) {
          yield cbc(Scheme.AES_CBC_PAD, input);
        }
        // A vault refuses to encrypt nothing; padded, it is this block.
        byte[] padding = new byte[BLOCK];
        Arrays.fill(padding, (byte) BLOCK);
        yield cbc(Scheme.AES_CBC, padding);
      }
      case AES_KW -> {
        requireBlocks(input, SEMIBLOCK, 2);
        yield key.cipher().wrapKey(CipherService.row(Scheme.AES_KW, 0), input);
      }
      case AES_KWP -> key.cipher().wrapKey(CipherService.row(Scheme.AES_KWP, 0), input);
      case RSA_PKCS1, RSA_OAEP -> throw new AssertionError(service);
    };
  }

  private byte[] cbc(Scheme scheme, byte[] input) {
    return sized(scheme, row -> key.cipher().encrypt(new EncryptParameters(row, input, iv, null))).ciphertext();
  }

  private byte[] back(byte[] input) throws IllegalBlockSizeException, BadPaddingException {
    return switch (service.scheme()) {
      case AES_GCM -> {
        if (input.length < GCM_TAG) {
          throw new AEADBadTagException("shorter than a tag: " + input.length + " bytes");
        }
        int end = input.length - GCM_TAG;
        yield sized(Scheme.AES_GCM, row -> key.cipher().decrypt(new DecryptParameters(row, Arrays.copyOf(input, end), iv,
            Arrays.copyOfRange(input, end, input.length), additional())));
      }
      case AES_CBC, AES_CBC_PAD -> {
        requireBlocks(input, BLOCK, 0);
        yield input.length == 0 ? input
            : sized(service.scheme(), row -> key.cipher().decrypt(new DecryptParameters(row, input, iv, null, null)));
      }
      case AES_KW -> {
        requireBlocks(input, SEMIBLOCK, 3);
        yield key.cipher().unwrapKey(CipherService.row(Scheme.AES_KW, 0), input);
      }
      case AES_KWP -> {
        requireBlocks(input, SEMIBLOCK, 2);
        yield key.cipher().unwrapKey(CipherService.row(Scheme.AES_KWP, 0), input);
      }
      case RSA_PKCS1, RSA_OAEP -> throw new AssertionError(service);
    };
  }

  /**
   * With the row for the key's length. Where the vault did not say the length, each is tried, and what serves is kept: a
   * vault refuses a row of another length whatever the data.
   */
  private <T> T sized(Scheme scheme, Function<EncryptionAlgorithm, T> call) {
    if (key.bits().isPresent()) {
      return call.apply(CipherService.row(scheme, key.bits().getAsInt()));
    }
    VaultException first = null;
    for (int bits : KEY_BITS) {
      try {
        T result = call.apply(CipherService.row(scheme, bits));
        key.learn(bits);
        return result;
      } catch (VaultException e) {
        if (!VaultRefusals.ofData(e)) {
          throw e;
        }
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    throw first;
  }

  private byte[] additional() {
    return aad.size() == 0 ? null : aad.toByteArray();
  }

  private void requireBlocks(byte[] input, int block, int least) throws IllegalBlockSizeException {
    if (input.length % block != 0 || input.length < least * block) {
      throw new IllegalBlockSizeException(service.name() + " takes whole blocks of " + block + " bytes"
          + (least == 0 ? "" : ", " + least + " at least") + ", not " + input.length + " bytes");
    }
  }

  private static <E extends GeneralSecurityException> E caused(E failure, VaultException cause) {
    failure.initCause(cause);
    return failure;
  }

  @Override
  public byte[] iv() {
    return iv == null ? null : iv.clone();
  }

  @Override
  public AlgorithmParameters parameters() {
    if (iv == null) {
      return null;
    }
    boolean gcm = service.scheme() == Scheme.AES_GCM;
    try {
      AlgorithmParameters result = AlgorithmParameters.getInstance(gcm ? "GCM" : "AES", "SunJCE");
      result.init(gcm ? new GCMParameterSpec(8 * GCM_TAG, iv) : new IvParameterSpec(iv));
      return result;
    } catch (GeneralSecurityException e) {
      throw new ProviderException("this IV has no encoding", e);
    }
  }

  @Override
  public int outputSize(int input) {
    boolean forward = mode.forward();
    return switch (service.scheme()) {
      case AES_GCM -> forward ? input + GCM_TAG : Math.max(0, input - GCM_TAG);
      case AES_CBC -> input;
      case AES_CBC_PAD -> forward ? input + BLOCK - input % BLOCK : input;
      case AES_KW, AES_KWP -> forward ? (input + SEMIBLOCK - 1) / SEMIBLOCK * SEMIBLOCK + SEMIBLOCK
          : Math.max(0, input - SEMIBLOCK);
      case RSA_PKCS1, RSA_OAEP -> throw new AssertionError(service);
    };
  }

  @Override
  public boolean isOutputSizeExact() {
    return mode.forward() || service.scheme() != Scheme.AES_CBC_PAD && service.scheme() != Scheme.AES_KWP;
  }
}
