package org.keyhaven.provider;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.ProviderException;
import java.security.SignatureException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.MacSpi;

/**
 * HMAC with a key in a Managed HSM, which takes the message whole: {@link HeldInput#MOST_BYTES} at most, and one at the
 * least. Failures are {@link ProviderException}s with the vault's reason: the SPI has no checked ones. Any other key goes to
 * the next provider.
 */
final class VaultMac extends MacSpi implements Cloneable {
  private final MacService service;
  private final HeldInput input;
  // One of the two, once there is a key.
  private VaultSecretKey key;
  private Mac local;

  VaultMac(MacService service) {
    this(service, new HeldInput(HeldInput.MOST_BYTES));
  }

  private VaultMac(MacService service, HeldInput input) {
    this.service = service;
    this.input = input;
  }

  @Override
  protected int engineGetMacLength() {
    return service.row().hash().bytes();
  }

  @Override
  protected void engineInit(Key given, AlgorithmParameterSpec parameters)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    input.clear();
    key = null;
    local = null;
    if (given instanceof VaultSecretKey secret) {
      if (parameters != null) {
        throw new InvalidAlgorithmParameterException(service.name() + " takes no parameters");
      }
      key = secret;
    } else if (given instanceof VaultPrivateKey) {
      throw new InvalidKeyException(service.name() + " needs a symmetric key, and this is a " + given);
    } else {
      local = NextProvider.mac(service, mac -> mac.init(given, parameters));
    }
  }

  @Override
  protected void engineUpdate(byte octet) {
    engineUpdate(new byte[] {octet}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] bytes, int offset, int length) {
    if (local != null) {
      local.update(bytes, offset, length);
    } else {
      input.add(bytes, offset, length);
    }
  }

  @Override
  protected byte[] engineDoFinal() {
    if (local != null) {
      return local.doFinal();
    }
    if (key == null) {
      // Mac itself believes in its first initialization when a second one fails.
      input.clear();
      throw new IllegalStateException("not initialized");
    }
    if (input.tooLong()) {
      input.clear();
      throw new ProviderException(service.name() + " takes at most " + input.most() + " bytes with a key in a vault");
    }
    byte[] message = input.take();
    try {
      return key.signer().sign(service.row(), message);
    } catch (SignatureException e) {
      throw new ProviderException(e.getMessage(), e.getCause());
    } finally {
      Arrays.fill(message, (byte) 0);
    }
  }

  @Override
  protected void engineReset() {
    if (local != null) {
      local.reset();
    }
    input.clear();
  }

  @Override
  public Object clone() throws CloneNotSupportedException {
    VaultMac copy = new VaultMac(service, input.copy());
    copy.key = key;
    copy.local = local == null ? null : (Mac) local.clone();
    return copy;
  }
}
